"""Draw a whole case: structure, data and arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tests.fuzz.structures import Generator, Structure, draw_structure
from tests.fuzz.tables import cut, draw_rows, make_difficult, make_gaps

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
    structure = draw_structure(rng)
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
