"""What stands between a proposition and a verdict: constructs not asked, waves, groups, organizations, informants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mlbc_stats import bridge
from mlbc_stats.counted import counted
from mlbc_stats.survey.loading.load import load_constructs
from mlbc_stats.theory.deciders.seam import Given
from mlbc_stats.theory.deciders.table import decider_of
from mlbc_stats.theory.entries import Proposition, constructs_in
from mlbc_stats.theory.estimation import ORGANIZATIONS, organization_column
from mlbc_stats.theory.models import ModelText
from mlbc_stats.theory.sources import waves_of
from mlbc_stats.theory.states import Obstacle, State
from mlbc_stats.theory.structural.columns import phase_groups, sources
from mlbc_stats.theory.structural.structures import PHASES, StructuralModel
from mlbc_stats.theory.verdicts.gates import deciding_paths

if TYPE_CHECKING:
    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

SMALLEST_GROUP = 50
"""Units of a phase below which its paths are not looked at apart."""
NESTED = 10
"""Organizations with several units without which two levels cannot be told apart."""


def obstacles(
    entries: Iterable[Proposition], models: Mapping[str, ModelText], given: Given
) -> dict[str, str]:
    """Proposition → why these answers cannot decide it, whatever a fit would say; only those that they cannot."""
    found = {entry.id: obstacle(entry, models, given) for entry in entries}
    return {name: lacking.reason for name, lacking in found.items() if lacking}


def obstacle(entry: Proposition, models: Mapping[str, ModelText], given: Given) -> Obstacle | None:
    """What keeps a proposition from its verdict before anything is fitted; None for nothing."""
    if entry.model not in models:
        return _unmodelled_obstacle(entry, given)
    absent = absent_constructs(entry, models[entry.model].structure)
    if absent:
        return Obstacle(State.NOT_ASKED, not_asked(absent))
    return design_obstacle(entry, given.responses, given.screening)


def absent_constructs(entry: Proposition, model: StructuralModel) -> tuple[str, ...]:
    """Constructs of a proposition's paths that the model had to do without."""
    held = {(outcome, name) for outcome, names in model.paths for name in names}
    lost = [pair for quantity in entry.deciding for pair in deciding_paths(quantity) if pair not in held]
    names = {name for pair in lost for each in pair for name in each.split(":")}
    absent = names - {*model.factors, *model.columns}
    return tuple(sorted({one for name in absent for one in sources(name) or (name,)}))


def not_asked(names: Sequence[str]) -> str:
    """Why nothing can be said about constructs that were not asked."""
    return f"{', '.join(names)} {'was' if len(names) == 1 else 'were'} not asked by two items or more"


def design_obstacle(
    entry: Proposition, responses: Responses, screening: ScreeningReport | None = None
) -> Obstacle | None:
    """What a proposition's design asks for and these answers do not have."""
    design, waves = entry.design, waves_of(responses)
    if design.further:
        return Obstacle(State.NOT_ASKED, f"{', '.join(design.further)} was not asked")
    if design.waves > waves:
        return Obstacle(
            State.WAVES, f"it takes {counted(design.waves, 'wave')}, and these answers are of {waves}"
        )
    if design.by == "phase":
        return _groups(responses, screening)
    if design.groups > 1:
        return Obstacle(
            State.GROUPS, f"it compares {design.groups} groups, and these answers are taken as one"
        )
    if design.levels > 1:
        return _nesting(responses, screening)
    return _agreement(entry, responses, screening) if design.per_unit > 1 else None


def _unmodelled_obstacle(entry: Proposition, given: Given) -> Obstacle | None:
    """What keeps a proposition without a model in lavaan syntax from its verdict."""
    absent = [name for name in _named(entry) if name not in given.instrument.construct_ids]
    if absent:
        return Obstacle(State.NOT_ASKED, not_asked(absent))
    lacking = design_obstacle(entry, given.responses, given.screening)
    if lacking:
        return lacking
    decider = decider_of(entry)
    if decider is None:
        return Obstacle(
            State.NOT_SERVED,
            f"nothing here decides by {entry.decision.replace('_', ' ')} in the model {entry.model} yet",
        )
    return decider.obstacle(entry, given)


def _named(entry: Proposition) -> tuple[str, ...]:
    """Constructs that a proposition names, of those that the theory defines."""
    return constructs_in(entry, {construct.id for construct in load_constructs()})


def _groups(responses: Responses, screening: ScreeningReport | None) -> Obstacle | None:
    counts = phase_groups(responses, screening).value_counts()
    sizes = {group: int(counts.get(group, 0)) for group in PHASES}
    if min(sizes.values()) >= SMALLEST_GROUP:
        return None
    told = ", ".join(f"{group} {size}" for group, size in sizes.items())
    return Obstacle(State.GROUPS, f"units by phase: {told}; each of the three takes {SMALLEST_GROUP} or more")


def _nesting(responses: Responses, screening: ScreeningReport | None) -> Obstacle | None:
    beside = bridge.unit_columns(responses, screening)
    name = organization_column(beside)
    if name is None:
        return Obstacle(
            State.LEVELS, f"no column names the organization of a unit, such as {ORGANIZATIONS[0]}"
        )
    several = int((beside[name].value_counts() > 1).sum())
    if several < NESTED:
        return Obstacle(
            State.LEVELS,
            f"{counted(several, 'organization')} with several units; two levels take {NESTED} or more",
        )
    return None


def _agreement(
    entry: Proposition, responses: Responses, screening: ScreeningReport | None
) -> Obstacle | None:
    counts = bridge.informant_counts(responses, screening)
    named = [name for name in _named(entry) if name in counts.columns]
    rated = int((counts[named].max(axis=1) >= entry.design.per_unit).sum()) if named else 0
    if rated:
        return None
    return Obstacle(
        State.AGREEMENT, f"no unit has {entry.design.per_unit} informants about {', '.join(named)}"
    )
