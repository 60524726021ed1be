"""What these answers can and cannot test, said before anything is fitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats import bridge
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.parameter_table import build_table
from mlbc_stats.theory.deciders.seam import Given
from mlbc_stats.theory.entries import Proposition
from mlbc_stats.theory.estimation import SEED
from mlbc_stats.theory.models import ModelText, build_models, items_of
from mlbc_stats.theory.obstacles import obstacle
from mlbc_stats.theory.propositions import Registry, load_propositions
from mlbc_stats.theory.sources import split_of, wave_note, waves_of
from mlbc_stats.theory.states import CONSEQUENCE, Obstacle, State
from mlbc_stats.theory.verdicts.gates import structural_parameters

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

NAMED = 3
"""Items that a reason names."""


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
        """One row a proposition, those that get a verdict first: state, why, what it needs, what a test comes to."""
        import pandas as pd

        frame = pd.DataFrame(
            {
                "proposition": [entry.id for entry in self.propositions],
                "statement": [entry.statement for entry in self.propositions],
                "model": [entry.model for entry in self.propositions],
                "state": [state.value for state in self.states],
                "reason": self.reasons,
                "needs": [entry.design.needs for entry in self.propositions],
                "test gives": [CONSEQUENCE[state] for state in self.states],
            }
        )
        later = ~frame["proposition"].isin(self.testable)
        return frame.loc[later.sort_values(kind="stable").index].reset_index(drop=True)


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
    given = Given(responses, screening, instrument, frame, SEED)
    found = [_state(entry, models, looked, given) for entry in chosen]
    return Feasibility(
        chosen,
        tuple(one.state for one in found),
        tuple(one.reason for one in found),
        {name: look.units for name, look in looked.items()},
        {name: look.parameters for name, look in looked.items()},
        (wave_note(waves_of(responses)),),
    )


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
    table = build_table(parse(model.linear), ModelOptions(kind="sem", std_lv=True))
    groups = len(model.structure.groups) or 1
    used = answered.all(axis=1) if missing == "listwise" else answered.any(axis=1)
    constant = tuple(str(name) for name in items if frame[name].nunique() < 2)
    never = np.argwhere(answered.T.astype(int) @ answered.astype(int) == 0)
    apart = (str(items[never[0][0]]), str(items[never[0][1]])) if len(never) else None
    return _Look(
        int(used.sum()),
        groups * structural_parameters(table) + len(model.structure.products),
        constant,
        apart,
    )


def _state(
    entry: Proposition, models: Mapping[str, ModelText], looked: Mapping[str, _Look], given: Given
) -> Obstacle:
    lacking = obstacle(entry, models, given)
    if lacking or entry.model not in models:
        return lacking or Obstacle(State.TESTABLE, "")
    look = looked[entry.model]
    if look.constant:
        return Obstacle(State.VARIATION, f"every unit has the same answer to {_some(look.constant)}")
    if look.apart:
        return Obstacle(
            State.UNITS,
            f"no unit has answers to both {look.apart[0]} and {look.apart[1]} of {entry.model}",
        )
    if look.units < look.parameters:
        return Obstacle(
            State.UNITS,
            f"{entry.model} has {look.parameters} parameters beside the means for {look.units} units",
        )
    if entry.design.informants == "split":
        split = split_of(entry, given.responses, given.screening)
        if not split.apart:
            return Obstacle(
                State.INFORMANTS,
                "predictor and outcome should come from different informants; one answered both in all "
                f"{split.same} units",
            )
    return Obstacle(State.TESTABLE, "")


def _some(names: Iterable[str]) -> str:
    held = tuple(names)
    return ", ".join(held[:NAMED]) + (f" and {len(held) - NAMED} more" if len(held) > NAMED else "")
