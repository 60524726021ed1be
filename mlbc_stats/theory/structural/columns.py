"""Columns made of the answers that models take as observed: scale means, gaps, spreads, groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlbc_stats import bridge
from mlbc_stats.survey.screening.report import kept_cases
from mlbc_stats.theory.estimation import organization_column
from mlbc_stats.theory.structural.structures import COMPOSITES, PHASES

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

GROUP = "phase_group"
"""Column of the phase group of a solution."""
GAPS = {"gap_tech_org": ("pace_tech", "pace_org"), "gap_tech_user": ("pace_tech", "pace_user")}
SPREAD, LEVEL = "_spread", "_level"
PRODUCT = "_x_"
OF_ORGANIZATIONS = "org_"
"""Begins the name of a column that is averaged over the units of an organization."""
SIZE = "org_size"
"""Question about the size of the organization, in classes."""
ANSWERED = 0.5
"""Share of a scale's items below which its mean is missing."""
GROUP_OF = {code: PHASES[(code - 1) % 3] for code in range(1, 7)}
"""Phase as answered → group; abandoned solutions count with the phase in which they were abandoned."""


def sources(column: str) -> tuple[str, ...]:
    """Constructs that a column is made of; none for a question of context.

    Examples
    --------
    >>> sources("gap_tech_org"), sources("ftc_expect_spread"), sources("tc_pace"), sources("size")
    (('pace_tech', 'pace_org'), ('ftc_expect',), ('tc_pace',), ())
    """
    if column == "size":
        return ()
    if column in GAPS:
        return GAPS[column]
    if PRODUCT in column:
        return tuple(one for name in column.split(PRODUCT) for one in sources(name))
    name = column.removeprefix(OF_ORGANIZATIONS)
    if name in COMPOSITES:
        return COMPOSITES[name]
    return (column.removesuffix(SPREAD).removesuffix(LEVEL),)


def can_be_made(column: str, instrument: Instrument) -> bool:
    """Whether the instrument asks what a column is made of."""
    if column == "size":
        return any(item.id == SIZE for item in instrument.items)
    return set(sources(column)) <= set(instrument.construct_ids)


def scale_items(instrument: Instrument, construct: str) -> list[str]:
    """Items of a construct, or of its facets.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> len(scale_items(survey.load_instrument("mlbc_alignment"), "TC"))
    9
    """
    owners = {construct, *(facet.id for facet in instrument.facets(construct))}
    return [item.id for item in instrument.items if item.construct in owners]


def derived_columns(
    wanted: Iterable[str],
    responses: Responses,
    screening: ScreeningReport | None,
    instrument: Instrument,
    frame: pd.DataFrame,
) -> pd.DataFrame:
    """The columns wanted of these units.

    A scale mean is that of the items answered, missing where fewer than half were. A gap is the absolute difference of
    two scale means; a spread is the standard deviation (divisor n − 1) over the informants of a unit, averaged over
    the items that two or more of them answered. A composite is the mean of the scale means of its parts, missing where
    one of them is; a product is that of two standardized composites; what begins with ``org_`` is averaged over the
    units of an organization.

    Parameters
    ----------
    instrument : as far as it was asked; frame : (units, k) what :func:`mlbc_stats.bridge.unit_frame` returns.

    Returns
    -------
    DataFrame (units, c), indexed as `frame`.

    Examples
    --------
    >>> from mlbc_stats import bridge, survey
    >>> responses = survey.simulate(survey.pilot_population(), n=40, seed=1)
    >>> frame = bridge.unit_frame(responses)
    >>> made = derived_columns(["tc_pace", "phase_group"], responses, None, responses.instrument, frame)
    >>> made["phase_group"].iloc[0], bool(made["tc_pace"].between(1, 7).all())
    ('sustain', True)
    """
    import pandas as pd

    made: dict[str, pd.Series] = {}
    for column in dict.fromkeys(wanted):
        if column == GROUP:
            made[column] = phase_groups(responses, screening).reindex(frame.index)
        elif column == "size":
            made[column] = _context(responses, screening, SIZE).reindex(frame.index)
        elif column in GAPS:
            one, other = (_mean(frame, instrument, name) for name in GAPS[column])
            made[column] = (one - other).abs()
        elif PRODUCT in column:
            one, other = (_composite(frame, instrument, name) for name in column.split(PRODUCT))
            made[column] = _standard(one) * _standard(other)
        elif column.removeprefix(OF_ORGANIZATIONS) in COMPOSITES:
            whole = _composite(frame, instrument, column.removeprefix(OF_ORGANIZATIONS))
            apart = column.startswith(OF_ORGANIZATIONS)
            made[column] = _by_organization(whole, responses, screening) if apart else whole
        elif column.endswith(SPREAD):
            made[column] = _spread(responses, screening, instrument, column.removesuffix(SPREAD), frame)
        else:
            made[column] = _mean(frame, instrument, column.removesuffix(LEVEL))
    return pd.DataFrame(made, index=frame.index)


def _mean(frame: pd.DataFrame, instrument: Instrument, construct: str) -> pd.Series:
    items = frame[scale_items(instrument, construct)]
    enough = items.notna().mean(axis=1) >= ANSWERED
    return items.mean(axis=1).where(enough)


def _composite(frame: pd.DataFrame, instrument: Instrument, name: str) -> pd.Series:
    import pandas as pd

    parts = pd.concat([_mean(frame, instrument, part) for part in COMPOSITES[name]], axis=1)
    return parts.mean(axis=1).where(parts.notna().all(axis=1))


def _standard(values: pd.Series) -> pd.Series:
    return (values - values.mean()) / values.std(ddof=1)


def _spread(
    responses: Responses,
    screening: ScreeningReport | None,
    instrument: Instrument,
    construct: str,
    frame: pd.DataFrame,
) -> pd.Series:
    cases = bridge.informant_frame(responses, screening)[scale_items(instrument, construct)]
    return cases.groupby(level="unit_id", sort=False).std(ddof=1).mean(axis=1).reindex(frame.index)


def _context(responses: Responses, screening: ScreeningReport | None, name: str) -> pd.Series:
    """What the first informant of each unit who answered a context question said, as a number."""
    import pandas as pd

    kept = kept_cases(responses, screening)
    if name not in responses.context:
        return pd.Series(dtype=float)
    said = pd.to_numeric(responses.context[name], errors="coerce")[kept]
    return said.groupby(responses.unit_ids[kept], sort=False).first()


def phase_groups(responses: Responses, screening: ScreeningReport | None = None) -> pd.Series:
    """The phase group of every unit, by the first informant who told its phase; NaN where none did."""
    return _context(responses, screening, "phase").map(GROUP_OF)


def _by_organization(values: pd.Series, responses: Responses, screening: ScreeningReport | None) -> pd.Series:
    beside = bridge.unit_columns(responses, screening)
    name = organization_column(beside)
    if name is None:
        return values
    names = beside[name].reindex(values.index)
    return values.groupby(names).transform("mean").where(names.notna(), values)
