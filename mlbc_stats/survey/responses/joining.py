"""Join what several informants, files or waves say about the same units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from mlbc_stats.counted import counted
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.instrument.fields import Informant
from mlbc_stats.survey.responses.eligibility import set_aside
from mlbc_stats.survey.responses.matching_units import check_shared_units
from mlbc_stats.survey.responses.merging import merged_instrument
from mlbc_stats.survey.responses.model import MissingReason, Responses, is_rated

DesignName = Literal["key_informant", "several_informants"]
"""One informant speaks for a unit, or several do, each about what they can know."""
MOST = 0.5
"""Share of units with several informants from which several are taken to be the design."""


def join(
    parts: Sequence[Responses],
    *,
    informants: Sequence[str | None] = (),
    waves: Sequence[int] = (),
    design: str | None = None,
) -> Responses:
    """Answers of several files, or of several informants in one file, about the same units.

    Units are matched by their ids. A question that a file does not hold is `NOT_ASKED` of its cases. With several
    informants a unit, so is a question that a case's group may not answer (`Instrument.informants_of`); an
    answer given all the same is set aside, and a note counts them. With key informants everything answered counts.
    Aggregation (`mlbc_stats.bridge.unit_frame`) is then over those who may answer, and takes an item asked in
    several waves from the first of them. Screening (`screen`) judges every file by its own questionnaire.

    Parameters
    ----------
    parts : the files, read by `read`; each with its own instrument or composed questionnaire.
    informants : the group of each file, which counts before what its cases say of themselves; None where the
        question ``informant`` tells.
    waves : the wave of each file; 1 for all by default.
    design : "key_informant" or "several_informants". By default several are the design where files belong to
        different groups or most units have several informants, and a note says that nobody declared it.

    Raises
    ------
    ResponseError
        no file, another number of groups or waves, an unknown group or design, a file without a column of units, a
        file none of whose units is in the files it is to be joined with.
    InstrumentError
        questionnaires that call different questions by one id.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> whole = survey.simulate(survey.pilot_population(), n=30, seed=1)
    >>> both = survey.join([whole, whole], informants=["management", "technical"])
    >>> both.n, len(set(both.unit_ids)), both.design
    (60, 30, 'several_informants')
    >>> bool((both.reasons[30:, both.item_ids.index("cap_value_1")] == survey.MissingReason.NOT_ASKED).all())
    True
    """
    groups, occasions = _given(parts, informants, waves, design)
    tagged = tuple(
        _tagged(part, group, wave) for part, group, wave in zip(parts, groups, occasions, strict=True)
    )
    settled, told = _design(tagged, groups, design)
    matched = check_shared_units(tagged, groups, occasions, settled)
    whole = tagged[0] if len(tagged) == 1 else _concatenated(tagged)
    whole = replace(whole, notes=(*whole.notes, *_disagreements(parts, groups), *matched, *told))
    joined = replace(whole, design=settled, parts=tagged)
    return set_aside(joined) if settled == "several_informants" else joined


def _given(
    parts: Sequence[Responses], informants: Sequence[str | None], waves: Sequence[int], design: str | None
) -> tuple[tuple[str | None, ...], tuple[int, ...]]:
    if not parts:
        raise ResponseError("no responses to join; give at least one file")
    groups = tuple(informants) or (None,) * len(parts)
    occasions = tuple(waves) or (1,) * len(parts)
    for what, given in (("informants", groups), ("waves", occasions)):
        if len(given) != len(parts):
            raise ResponseError(
                f"{what} holds {len(given)} entries for {counted(len(parts), 'file')}; give one a file"
            )
    known = get_args(Informant)
    strange = [group for group in groups if group is not None and group not in known]
    if strange:
        raise ResponseError(f"{strange[0]!r} is no group of informants; there are {', '.join(known)}")
    if any(wave < 1 for wave in occasions):
        raise ResponseError(f"waves are {occasions}; the first is 1")
    if design is not None and design not in get_args(DesignName):
        raise ResponseError(f"design is {design!r}; expected {' or '.join(get_args(DesignName))}")
    return groups, occasions


def _tagged(part: Responses, group: str | None, wave: int) -> Responses:
    informants = part.informants if group is None else np.full(part.n, group, dtype=object)
    return replace(part, informants=informants, waves=np.full(part.n, wave, dtype=np.int64))


def _design(
    parts: Sequence[Responses], groups: Sequence[str | None], design: str | None
) -> tuple[str, tuple[str, ...]]:
    """The design, and what must be told about it."""
    cases = Counter(
        (unit, wave) for part in parts for unit, wave in zip(part.unit_ids, part.waves.tolist(), strict=True)
    )
    alone = sum(count == 1 for count in cases.values())
    several = len(set(filter(None, groups))) > 1 or alone <= (1 - MOST) * len(cases)
    settled = design or ("several_informants" if several else "key_informant")
    if settled == "several_informants":
        few = f"{alone} of {len(cases)} units have one informant, and several are expected" if alone else ""
        return settled, (few,) if few else ()
    more = len(cases) - alone
    told = f"{more} of {len(cases)} units have more than one case, whose answers are averaged" if more else ""
    if design is None and len(parts) == 1 and not more:
        told = (
            "every unit has one informant, who is taken to speak for it; say so by design: key_informant, or "
            "several_informants if others were meant to answer too"
        )
    elif design is None:
        told = (
            f"most units have one informant and {more} of {len(cases)} several; every answer counts. Say by design: "
            "key_informant or several_informants which was meant"
        )
    return settled, (told,) if told else ()


def _disagreements(parts: Sequence[Responses], groups: Sequence[str | None]) -> tuple[str, ...]:
    found = []
    for part, group in zip(parts, groups, strict=True):
        other = 0 if group is None else int(((part.informants != "") & (part.informants != group)).sum())
        if other:
            found.append(
                f"{part.source}: {counted(other, 'case')} from another group of informants than {group}, "
                "for which the file is declared; the declaration counts"
            )
    return tuple(found)


def _concatenated(parts: Sequence[Responses]) -> Responses:
    """All cases one below the other, questions that a file lacks as not asked."""
    instrument = merged_instrument([part.instrument for part in parts])
    rated = tuple(question.id for question in instrument.sequence if is_rated(instrument, question.id))
    names = _names(parts)
    reasons = pd.concat([part.context_reasons for part in parts], ignore_index=True)
    return Responses(
        instrument=instrument,
        case_ids=_case_ids(parts, names),
        unit_ids=np.concatenate([part.unit_ids for part in parts]),
        item_ids=rated,
        codes=np.vstack([_columns(part, part.codes, rated, np.nan) for part in parts]),
        reasons=np.vstack([_columns(part, part.reasons, rated, MissingReason.NOT_ASKED) for part in parts]),
        context=_filled([part.context for part in parts], set(reasons.columns)),
        context_reasons=reasons.fillna(int(MissingReason.NOT_ASKED)).astype(np.int8),
        paradata=_filled([part.paradata for part in parts], {"duration"}),
        synthetic=any(part.synthetic for part in parts),
        source=", ".join(names),
        lines=np.concatenate([part.lines for part in parts]),
        informants=np.concatenate([part.informants for part in parts]),
        waves=np.concatenate([part.waves for part in parts]),
        notes=tuple(
            f"{name}: {note}" for name, part in zip(names, parts, strict=True) for note in part.notes
        ),
        unit_column=", ".join(dict.fromkeys(part.unit_column for part in parts)),
        set_aside=sum((Counter(part.set_aside) for part in parts), Counter()),
    )


def _columns(part: Responses, cells: np.ndarray, wanted: Sequence[str], absent: float) -> np.ndarray:
    """The cells (n, k) of the wanted questions, in their order."""
    out = np.full((part.n, len(wanted)), absent, dtype=cells.dtype)
    place = {name: position for position, name in enumerate(part.item_ids)}
    held = [position for position, name in enumerate(wanted) if name in place]
    out[:, held] = cells[:, [place[wanted[position]] for position in held]]
    return out


def _filled(frames: Sequence[pd.DataFrame], numbers: set[str]) -> pd.DataFrame:
    """Frames one below the other; what a frame lacks is NaN among numbers, else a blank."""
    whole = pd.concat(frames, ignore_index=True)
    texts = [name for name in whole.columns if name not in numbers]
    return whole.assign(**{name: whole[name].astype(object).fillna("") for name in texts})


def _names(parts: Sequence[Responses]) -> tuple[str, ...]:
    """A name for every file, with a number where two bear the same."""
    seen = Counter[str]()
    names = []
    for part in parts:
        seen[part.source] += 1
        names.append(f"{part.source} ({seen[part.source]})" if seen[part.source] > 1 else part.source)
    return tuple(names)


def _case_ids(parts: Sequence[Responses], names: Sequence[str]) -> np.ndarray:
    """Ids of cases, with the name of their file where two files share one: these are no repetitions."""
    held = [set(part.case_ids.tolist()) for part in parts]
    if len(set().union(*held)) == sum(map(len, held)):
        return np.concatenate([part.case_ids for part in parts])
    return np.array(
        [f"{name}:{case}" for name, part in zip(names, parts, strict=True) for case in part.case_ids],
        dtype=object,
    )
