"""Where responses become data for models, and an instrument becomes a measurement model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import DataError, InstrumentError
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.responses.model import MissingReason, Responses, keyed
from mlbc_stats.survey.screening.report import ScreeningReport, kept_cases

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 2
"""Items that a construct, and facets that a construct with facets, cannot do without."""


def unit_frame(responses: Responses, screening: ScreeningReport | None = None) -> pd.DataFrame:
    """Keyed items of the cases kept, averaged over the informants of each unit.

    Those who may not answer an item of joined responses (`mlbc_stats.survey.join`) have no answer to it; an item
    that was asked in several waves is taken from the first of them.

    Parameters
    ----------
    responses : answers.
    screening : cases to leave out; none by default.

    Returns
    -------
    DataFrame (units, k) indexed by `unit_id` in order of appearance; a cell is the mean over the informants
    who answered the item, NaN where none did.

    Raises
    ------
    ResponseError
        when the screening belongs to other responses.
    DataError
        when it keeps no case.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=40, seed=1)
    >>> frame = unit_frame(responses, survey.screen(responses))
    >>> frame.index.is_unique, "tc_pace_1" in frame.columns, "attention_1" in frame.columns
    (True, True, False)
    """
    frame = informant_frame(responses, screening)
    return frame.groupby(level="unit_id", sort=False).mean()


def informant_frame(responses: Responses, screening: ScreeningReport | None = None) -> pd.DataFrame:
    """Keyed items of the cases kept, one row per case, an item of several waves from the first of them.

    Returns
    -------
    DataFrame (cases, k) indexed by `unit_id` and `informant` (the group, "" where unknown).

    Raises
    ------
    DataError
        when the screening keeps no case.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> whole = survey.simulate(survey.pilot_population(), n=40, seed=1)
    >>> both = survey.join([whole, whole], informants=["management", "technical"])
    >>> informant_frame(both).index.get_level_values("informant").unique().tolist()
    ['management', 'technical']
    """
    import pandas as pd

    kept = kept_cases(responses, screening)
    if not kept.any():
        raise DataError(f"{responses.source}: screening keeps none of the {responses.n} cases")
    frame = keyed(responses).where(_first_asked(responses))[kept]
    groups = [str(name) for name in responses.informants[kept]]
    index = pd.MultiIndex.from_arrays([responses.unit_ids[kept], groups], names=["unit_id", "informant"])
    return frame.set_axis(index, axis=0)


def informant_counts(responses: Responses, screening: ScreeningReport | None = None) -> pd.DataFrame:
    """How many informants stand behind each construct of each unit.

    Returns
    -------
    DataFrame (units, c) of counts, indexed by `unit_id` as in `unit_frame`: the cases kept that answered an item of the
    construct; columns are the constructs that carry items.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> whole = survey.simulate(survey.pilot_population(), n=40, seed=1)
    >>> both = survey.join([whole, whole], informants=["management", "technical"])
    >>> counts = informant_counts(both)
    >>> int(counts["tc_pace"].max()), int(counts["aln_state"].max())
    (1, 2)
    """
    import pandas as pd

    kept = kept_cases(responses, screening)
    frame = keyed(responses).where(_first_asked(responses))
    construct = [responses.instrument.item(str(name)).construct for name in frame.columns]
    answered = frame.notna().T.groupby(pd.Index(construct), sort=False).any().T
    return answered[kept].groupby(responses.unit_ids[kept], sort=False).sum().rename_axis(index="unit_id")


def _first_asked(responses: Responses) -> np.ndarray:
    """Cells (n, k) bool of the first wave in which the item was asked of anybody."""
    items = [place for place, name in enumerate(responses.item_ids) if name in responses.rated_ids]
    asked = responses.reasons[:, items] != MissingReason.NOT_ASKED
    first = np.where(asked, responses.waves[:, None], np.iinfo(np.int64).max).min(axis=0)
    return responses.waves[:, None] <= first


def unit_columns(responses: Responses, screening: ScreeningReport | None = None) -> pd.DataFrame:
    """Columns beside the items that say one thing about each unit, such as its organization.

    Returns
    -------
    DataFrame (units, c) indexed by `unit_id` as in `unit_frame`; columns on which informants of one unit differ are
    left out.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=40, seed=1)
    >>> "organization_id" in unit_columns(responses).columns
    True
    """
    kept = kept_cases(responses, screening)
    said = responses.context[kept].replace("", None)
    groups = said.groupby(responses.unit_ids[kept], sort=False)
    one = groups.nunique().max() <= 1
    return groups.first().loc[:, one].rename_axis(index="unit_id")


def asked_instrument(responses: Responses, frame: pd.DataFrame) -> Instrument:
    """The instrument as far as it was asked: items with an answer, and the constructs that they can measure.

    A construct needs two items; one with facets needs two such facets.

    Parameters
    ----------
    frame : (units, k) what `unit_frame` returns.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=40, seed=1)
    >>> frame = unit_frame(responses).drop(columns=["tc_pace_1", "tc_pace_2", "tc_pace_3", "tc_pace_4"])
    >>> [name for name in ("TC", "tc_pace", "tc_timing") if name in asked_instrument(responses, frame).construct_ids]
    ['tc_timing']
    """
    instrument = responses.instrument
    answered = {str(name) for name in frame.columns[frame.notna().any()]}
    items = tuple(item for item in instrument.items if not item.construct or item.id in answered)
    counts = Counter(item.construct for item in items)
    whole = {entry.id for entry in instrument.constructs if counts[entry.id] >= FEWEST}
    parents = {
        entry.id
        for entry in instrument.constructs
        if sum(facet.id in whole for facet in instrument.facets(entry.id)) >= FEWEST
    }
    constructs = tuple(entry for entry in instrument.constructs if entry.id in whole | parents)
    kept = {entry.id for entry in constructs}
    return replace(
        instrument,
        constructs=constructs,
        items=tuple(item for item in items if not item.construct or item.construct in kept),
    )


def measurement_model(instrument: Instrument, constructs: Iterable[str], higher_order: bool = True) -> str:
    """Measurement model of some constructs in lavaan syntax.

    A construct with items of its own becomes a factor of them. One with facets becomes, with `higher_order`,
    a second-order factor over its facets, else its facets alone. A second-order factor of two facets is not
    identified by itself, so both loadings bear the same label and are equal (in units of the facets' markers,
    or standardized when fitted with ``std_lv=True``).

    Parameters
    ----------
    instrument : holds the items.
    constructs : ids, in the order wanted; a facet named twice is written once.
    higher_order : whether constructs with facets become factors themselves.

    Raises
    ------
    InstrumentError
        for an unknown construct, or one without items in this instrument.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> instrument = survey.load_instrument("mlbc_alignment")
    >>> print(measurement_model(instrument, ["OML"]))
    oml_learn =~ oml_learn_1 + oml_learn_2 + oml_learn_3 + oml_learn_4 + oml_learn_5
    oml_data =~ oml_data_1 + oml_data_2 + oml_data_3 + oml_data_4 + oml_data_5
    OML =~ OML_equal*oml_learn + OML_equal*oml_data
    """
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for name in constructs:
        facets = tuple(facet.id for facet in instrument.facets(instrument.construct(name).id))
        first |= {part: _first_order(instrument, part) for part in facets or (name,)}
        if facets and higher_order:
            second[name] = _second_order(name, facets)
    return "\n".join([*first.values(), *second.values()])


def _first_order(instrument: Instrument, construct: str) -> str:
    items = [item.id for item in instrument.items if item.construct == construct]
    if not items:
        raise InstrumentError(
            f"instrument {instrument.id}: construct {construct!r} has no items to be measured by"
        )
    return f"{construct} =~ {' + '.join(items)}"


def _second_order(construct: str, facets: tuple[str, ...]) -> str:
    equal = f"{construct}_equal*" if len(facets) == 2 else ""
    return f"{construct} =~ {' + '.join(equal + facet for facet in facets)}"
