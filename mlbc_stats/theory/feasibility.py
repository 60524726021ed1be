"""What these answers can and cannot test, said before anything is fitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats import bridge
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.parameter_table import build_table
from mlbc_stats.theory.models import ModelText, StructuralModel, build_models, items_of
from mlbc_stats.theory.propositions import Proposition, Registry, load_propositions
from mlbc_stats.theory.sources import split_of, wave_note, waves_of
from mlbc_stats.theory.verdicts.gates import deciding_paths, structural_parameters

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

NAMED = 3
"""Items that a reason names."""


class State(StrEnum):
    """Whether a proposition can be tested, or what it lacks.

    Examples
    --------
    >>> State("needs waves").name
    'WAVES'
    """

    TESTABLE = "testable"
    NOT_ASKED = "not asked"
    WAVES = "needs waves"
    GROUPS = "needs groups"
    UNITS = "needs units"
    VARIATION = "needs variation"
    INFORMANTS = "needs informants"


CONSEQUENCE: Mapping[State, str] = {
    State.TESTABLE: "a verdict",
    State.NOT_ASKED: "not testable here",
    State.WAVES: "not testable here",
    State.GROUPS: "not testable here",
    State.UNITS: "undecided",
    State.VARIATION: "not testable here",
    State.INFORMANTS: "a verdict, with an informant in common",
}
"""What a test of these answers will come to."""


@dataclass(frozen=True, slots=True)
class Feasibility:
    """What answers can carry, proposition by proposition.

    Attributes
    ----------
    propositions : those asked about, in order.
    states, reasons : one for each.
    notes : what holds of all of them.
    units, parameters : by model: units with an answer to its items, and parameters beside the means.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population(), n=40, seed=1)
    >>> found = theory.check(responses, ["M1"])
    >>> isinstance(found, Feasibility), found.states[0].value, found.reasons[0]
    (True, 'needs units', 'S1 has 152 parameters beside the means for 40 units')
    """

    propositions: tuple[Proposition, ...]
    states: tuple[State, ...]
    reasons: tuple[str, ...]
    units: Mapping[str, int]
    parameters: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def testable(self) -> tuple[str, ...]:
        """Ids of the propositions that will get a verdict."""
        return tuple(
            entry.id
            for entry, state in zip(self.propositions, self.states, strict=True)
            if state in (State.TESTABLE, State.INFORMANTS)
        )

    def table(self) -> pd.DataFrame:
        """One row a proposition: what it says, its state, why, and what a test will come to."""
        import pandas as pd

        return pd.DataFrame(
            {
                "proposition": [entry.id for entry in self.propositions],
                "statement": [entry.statement for entry in self.propositions],
                "model": [entry.model for entry in self.propositions],
                "state": [state.value for state in self.states],
                "reason": self.reasons,
                "test gives": [CONSEQUENCE[state] for state in self.states],
            }
        )


def check(
    responses: Responses,
    propositions: Sequence[str] | None = None,
    screening: ScreeningReport | None = None,
    *,
    registry: str | Path | Registry | None = None,
    missing: str | None = None,
) -> Feasibility:
    """Which propositions these answers can test, without fitting anything.

    In this order: were the constructs asked, by two items or more; are there the waves and groups that the design of
    the proposition names; do the items of its model vary, was each pair of them answered about some unit, and are there
    as many units as parameters beside the means; do predictor and outcome come from different informants where the
    design says so. The first that fails is the state.

    Parameters
    ----------
    responses, propositions, screening, registry, missing : as of `test`.

    Raises
    ------
    InstrumentError
        an unknown proposition.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population(), n=300, seed=1)
    >>> theory.check(responses, ["M1", "M12"]).table()["state"].tolist()
    ['testable', 'needs informants']
    """
    known = registry if isinstance(registry, Registry) else load_propositions(registry)
    chosen = tuple(known.proposition(name) for name in (propositions or known.ids))
    frame = bridge.unit_frame(responses, screening)
    instrument = bridge.asked_instrument(responses, frame)
    models = build_models(instrument, chosen)
    looked = {name: _look(model, frame, missing) for name, model in models.items()}
    found = [_state(entry, models, looked, responses, screening) for entry in chosen]
    return Feasibility(
        chosen,
        tuple(state for state, _ in found),
        tuple(reason for _, reason in found),
        {name: look.units for name, look in looked.items()},
        {name: look.parameters for name, look in looked.items()},
        (wave_note(waves_of(responses)),),
    )


def absent_constructs(entry: Proposition, model: StructuralModel) -> tuple[str, ...]:
    """Constructs of a proposition's paths that the model had to do without."""
    held = {(outcome, name) for outcome, names in model.paths for name in names}
    needed = [pair for quantity in entry.deciding for pair in deciding_paths(quantity)]
    return tuple(
        sorted({name for pair in needed if pair not in held for name in pair if name not in model.factors})
    )


def not_asked(names: Sequence[str]) -> str:
    """Why nothing can be said about constructs that were not asked."""
    return f"{', '.join(names)} {'was' if len(names) == 1 else 'were'} not asked by two items or more"


def design_obstacle(entry: Proposition, responses: Responses) -> tuple[State, str] | None:
    """What a proposition's design asks for and these answers do not have; waves and groups."""
    waves = waves_of(responses)
    if entry.design.waves > waves:
        return State.WAVES, f"it takes {entry.design.waves} waves, and these answers are of {waves}"
    if entry.design.groups > 1:
        return State.GROUPS, f"it compares {entry.design.groups} groups, and these answers are taken as one"
    return None


@dataclass(frozen=True, slots=True)
class _Look:
    """What a model meets in the answers."""

    units: int
    parameters: int
    constant: tuple[str, ...]
    apart: tuple[str, str] | None


def _look(model: ModelText, frame: pd.DataFrame, missing: str | None) -> _Look:
    items = items_of([model], frame)
    answered = frame[items].notna().to_numpy()
    if not model.structure.paths or not answered.size:
        return _Look(0, 0, (), None)
    table = build_table(parse(model.text), ModelOptions(kind="sem", std_lv=True))
    used = answered.all(axis=1) if missing == "listwise" else answered.any(axis=1)
    constant = tuple(str(name) for name in items if frame[name].nunique() < 2)
    never = np.argwhere(answered.T.astype(int) @ answered.astype(int) == 0)
    apart = (str(items[never[0][0]]), str(items[never[0][1]])) if len(never) else None
    return _Look(int(used.sum()), structural_parameters(table), constant, apart)


def _state(
    entry: Proposition,
    models: Mapping[str, ModelText],
    looked: Mapping[str, _Look],
    responses: Responses,
    screening: ScreeningReport | None,
) -> tuple[State, str]:
    absent = absent_constructs(entry, models[entry.model].structure)
    if absent:
        return State.NOT_ASKED, not_asked(absent)
    obstacle = design_obstacle(entry, responses)
    if obstacle:
        return obstacle
    look = looked[entry.model]
    if look.constant:
        return State.VARIATION, f"every unit has the same answer to {_some(look.constant)}"
    if look.apart:
        return (
            State.UNITS,
            f"no unit has answers to both {look.apart[0]} and {look.apart[1]} of {entry.model}",
        )
    if look.units < look.parameters:
        return (
            State.UNITS,
            f"{entry.model} has {look.parameters} parameters beside the means for {look.units} units",
        )
    if entry.design.informants == "split":
        split = split_of(entry, responses, screening)
        if not split.apart:
            return (
                State.INFORMANTS,
                "predictor and outcome should come from different informants; one answered both in all "
                f"{split.same} units",
            )
    return State.TESTABLE, ""


def _some(names: Iterable[str]) -> str:
    held = tuple(names)
    return ", ".join(held[:NAMED]) + (f" and {len(held) - NAMED} more" if len(held) > NAMED else "")
