"""Draw a whole case: structure, data and arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tests.fuzz.structures import Generator, Structure, draw_structure
from tests.fuzz.tables import cut, draw_rows, make_difficult, make_gaps
from tests.fuzz.wider import WIDER_FAMILIES

WIDER = 100
"""Seeds from here on draw further families, designs and estimators; those before draw what they always drew."""

SIZES = (6, 12, 25, 40, 40, 60, 60, 120, 120, 200)
CONTINUOUS = ("ML", "ML", "MLR", "MLM", "MLMV", "MLMVS", "MLF", "GLS", "ULS", "ULSMV", "WLS", "DWLS", "WLSMV")
EQUAL = (("loadings",), ("loadings", "intercepts"), ("loadings", "intercepts", "residuals"), ())


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes
    ----------
    seed, number : what it was drawn from.
    structure : model and variables; data : the table; arguments : the rest of the call of `fit`.
    traits : words about the data, for reports.
    """

    seed: int
    number: int
    structure: Structure
    data: pd.DataFrame
    arguments: dict[str, Any] = field(default_factory=dict)
    traits: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = [f"{self.seed}-{self.number}", self.structure.family, *self.traits, f"n = {len(self.data)}"]
        given = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{', '.join(words)}; {given}\n{self.structure.model}"

    def stream(self) -> Generator:
        """Random numbers for what is asked of the result, apart from those that drew it."""
        return np.random.default_rng([self.seed, self.number, 1])


def draw_case(seed: int, number: int) -> Case:
    """The case of that number; the same whatever was drawn before."""
    rng = np.random.default_rng([seed, number])
    wider = seed >= WIDER
    structure = draw_structure(rng, WIDER_FAMILIES if wider else ())
    data_kind = rng.choice(["continuous", "incomplete", "ordinal"], p=[0.5, 0.22, 0.28])
    data = draw_rows(rng, structure, int(rng.choice(SIZES[3:] if data_kind == "ordinal" else SIZES)))
    arguments: dict[str, Any] = {"kind": structure.kind, **structure.options}
    data, traits = make_difficult(rng, data, data_kind == "ordinal")
    if data_kind == "continuous":
        _continuous(rng, arguments)
    elif data_kind == "incomplete":
        data, gaps = make_gaps(rng, data)
        traits += (gaps,)
        _incomplete(rng, arguments)
    else:
        data, traits = _ordinal(rng, structure, data, traits, arguments)
    if wider:
        data = _further(rng, structure, data, arguments, data_kind)
    else:
        data = _design(rng, data, arguments, data_kind == "ordinal")
    return Case(seed, number, structure, data, arguments, traits)


def _continuous(rng: Generator, arguments: dict[str, Any]) -> None:
    arguments["estimator"] = str(rng.choice(CONTINUOUS))
    if rng.random() < 0.25:
        arguments["meanstructure"] = True
    if arguments["estimator"] != "ML":
        return
    drawn = rng.random()
    if drawn < 0.1:
        arguments["likelihood"] = "wishart"
    elif drawn < 0.2:
        arguments["information"] = str(rng.choice(["observed", "first.order"]))
    elif drawn < 0.27:
        arguments.update(se="bootstrap", bootstrap=6, seed=1)
    elif drawn < 0.34:
        arguments.update(test="bollen.stine", bootstrap=6, seed=1)
    elif drawn < 0.4:
        arguments["test"] = str(rng.choice(["browne.residual.nt", "browne.residual.adf", "none"]))


def _incomplete(rng: Generator, arguments: dict[str, Any]) -> None:
    handling = ["fiml", "fiml", "fiml", "ml.x", "two.stage", "robust.two.stage", "listwise"]
    arguments["missing"] = str(rng.choice(handling))
    if arguments["missing"] in ("fiml", "ml.x"):
        arguments["estimator"] = str(rng.choice(["ML", "MLR", "MLF"]))
        if rng.random() < 0.2:
            arguments["information"] = "expected"


def _ordinal(
    rng: Generator,
    structure: Structure,
    data: pd.DataFrame,
    traits: tuple[str, ...],
    arguments: dict[str, Any],
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    names = structure.dependent
    if rng.random() < 0.25:
        names = names[: max(1, len(names) // 2)]
    data = cut(rng, data, names)
    arguments["ordered"] = list(names)
    arguments["estimator"] = str(rng.choice(["WLSMV", "WLSMV", "ULSMV", "DWLS", "WLS", "ULS", "WLSM"]))
    if rng.random() < 0.4:
        arguments["parameterization"] = "theta"
    if rng.random() < 0.25:
        data, gaps = make_gaps(rng, data)
        traits += (gaps,)
        arguments["missing"] = str(rng.choice(["listwise", "pairwise"]))
    if rng.random() < 0.06:
        arguments.update(se="bootstrap", bootstrap=6, seed=1)
    return data, traits


def _design(rng: Generator, data: pd.DataFrame, arguments: dict[str, Any], ordinal: bool) -> pd.DataFrame:
    """Groups, clusters and weights, in a part of the cases."""
    n, drawn = len(data), rng.random()
    if drawn < (0.25 if n >= 40 else 0.05):
        share = rng.choice([0.5, 0.5, 0.2])
        data = data.assign(school=np.where(rng.random(n) < share, "A", "B"))
        arguments["group"] = "school"
        equal = list(EQUAL[rng.integers(len(EQUAL))])
        if equal:
            arguments["group_equal"] = equal
    elif drawn < 0.33 and not ordinal:
        data = data.assign(team=rng.integers(0, max(2, n // 5), size=n))
        arguments["cluster"] = "team"
    elif drawn < 0.41:
        data = data.assign(weight=rng.uniform(0.2, 3, size=n))
        arguments["sampling_weights"] = "weight"
    return data


def _further(
    rng: Generator, structure: Structure, data: pd.DataFrame, arguments: dict[str, Any], data_kind: str
) -> pd.DataFrame:
    """Designs that meet each other, auxiliary variables, instruments, bounds, in a part of the cases."""
    n = len(data)
    if structure.grouped or rng.random() < (0.3 if n >= 40 else 0.05):
        school = np.where(rng.random(n) < rng.choice([0.5, 0.5, 0.2]), "A", "B")
        school[:2] = "A", "B"
        data = data.assign(school=school)
        arguments["group"] = "school"
        equal = list(EQUAL[rng.integers(len(EQUAL))])
        if equal:
            arguments["group_equal"] = equal
            if rng.random() < 0.3:
                arguments["group_partial"] = [f"f1 =~ {structure.dependent[1]}"]
    if rng.random() < 0.15:
        data = data.assign(team=rng.integers(0, max(2, n // int(rng.choice([3, 8]))), size=n))
        arguments["cluster"] = "team"
    if rng.random() < 0.15:
        data = data.assign(weight=rng.choice([rng.uniform(0.2, 3, n), rng.chisquare(0.5, n) + 1e-3]))
        arguments["sampling_weights"] = "weight"
    if data_kind == "incomplete" and rng.random() < 0.4:
        item = data[structure.dependent[0]]
        spread = item.std() if item.std() > 0 else 1.0
        helpers = {
            f"w{k}": item.fillna(0.0) + spread * rng.normal(size=n) for k in (1, 2)[: rng.integers(1, 3)]
        }
        data = data.assign(**helpers)
        arguments[str(rng.choice(["auxiliary", "aux"]))] = list(helpers)
    if data_kind == "continuous" and rng.random() < 0.06:
        arguments["estimator"] = "IV"
    if rng.random() < 0.06:
        arguments.setdefault("bounds", str(rng.choice(["standard", "pos.var", "wide"])))
    return data
