"""Guess from the columns of an export what was asked, of which informants, and in which language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import get_args

from mlbc_stats.errors import InstrumentError, ResponseError
from mlbc_stats.survey.instrument.fields import Informant
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.loading.load import find_instrument, list_instruments, load_instrument
from mlbc_stats.survey.loading.translation_files import translated_languages
from mlbc_stats.survey.readers.coding import code_cells
from mlbc_stats.survey.readers.inspection import Inspection
from mlbc_stats.survey.readers.matching import lookalikes, match_columns
from mlbc_stats.survey.responses.assembling import INFORMANT
from mlbc_stats.survey.responses.model import question_scale

FEWEST = 2
"""Items of its own from which an instrument counts as asked."""
MOSTLY = 0.95
"""Share of the cases of one group from which a file is that group's."""
SHORT = "short"


@dataclass(frozen=True, slots=True)
class Guess:
    """What seems to have been asked in one file.

    Attributes
    ----------
    instruments : names or paths; languages beside the source that its labels or questions are in, "" for none.
    informant, short : of the questionnaire; None and False where everything was asked of everybody.
    matched : question → column; absent : measuring items that should be there and are not.
    near : column → the item it may be a slip for; groups : how many cases say that they belong to each group.
    wrong : cells that are no answers, in the language taken.
    """

    instruments: tuple[str, ...]
    language: str = ""
    informant: str | None = None
    short: bool = False
    matched: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    near: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)
    wrong: int = 0


def guess_asked(inspection: Inspection, named: Sequence[str] = ()) -> Guess:
    """What one export seems to answer; `named` are instruments that are known to have been asked.

    Raises
    ------
    ResponseError
        when the columns belong to no instrument.
    """
    chosen = tuple(named) or _instruments(inspection)
    if not chosen:
        raise ResponseError(
            f"{inspection.path.name}: its columns belong to no shipped instrument ({', '.join(list_instruments())}); "
            "is this the right file? Name an instrument of your own by instruments=[...] (on the command line: "
            "--instrument)"
        )
    language = _language(inspection, chosen)
    loaded = [_load(name, language) for name in chosen]
    matched = {question: column for one in loaded for question, column in _matched(inspection, one).items()}
    groups = _groups(inspection, loaded, matched)
    informant, short, asked = _questionnaire(loaded, set(matched), groups)
    absent = tuple(name for name in asked if name not in matched)
    free = [name for name in inspection.export.table.names if name not in matched.values()]
    return Guess(
        chosen,
        language,
        informant,
        short,
        matched,
        absent,
        {column: item for item, column in lookalikes(list(absent), free).items()},
        groups,
        sum(_wrong(inspection, one, matched) for one in loaded),
    )


def _instruments(inspection: Inspection) -> tuple[str, ...]:
    """Shipped instruments that together explain the most columns, the one that explains most first."""
    loaded = {name: _load(name, "") for name in list_instruments()}
    found = {name: set(_measured(one)) & set(_matched(inspection, one)) for name, one in loaded.items()}
    for name in found:
        if len(found[name]) < FEWEST:
            found[name] = _in_translation(inspection, name)
    order = sorted(found, key=lambda name: (-len(found[name]), len(_measured(loaded[name]))))
    chosen: list[str] = []
    explained: set[str] = set()
    for name in order:
        if len(found[name] - explained) >= FEWEST:
            chosen.append(name)
            explained |= found[name]
    return tuple(chosen)


def _in_translation(inspection: Inspection, name: str) -> set[str]:
    """Items found by question texts in another language, of the language that finds the most."""
    if not inspection.export.questions:
        return set()
    others = [_try(name, language) for language in translated_languages(find_instrument(name))]
    found = [set(_measured(one)) & set(_matched(inspection, one)) for one in others if one is not None]
    return max(found, key=len, default=set())


def _language(inspection: Inspection, names: Sequence[str]) -> str:
    """The language in which most columns are found and fewest cells are no answers; the source's where they tie."""
    places = [find_instrument(name) for name in names]
    others = set.intersection(*(set(translated_languages(place)) for place in places))
    best, least = "", _badness(inspection, names, "")
    for language in sorted(others):
        doubtful = least[1] or (least[0] and inspection.export.questions)
        found = _badness(inspection, names, language) if doubtful else least
        if found < least:
            best, least = language, found
    return best


def _badness(inspection: Inspection, names: Sequence[str], language: str) -> tuple[int, int]:
    """Items without a column, and cells that are no answers."""
    loaded = [one for one in (_try(name, language) for name in names) if one is not None]
    if len(loaded) < len(names):
        return (len(inspection.export.table.names) * len(names), 0)
    matched = [_matched(inspection, one) for one in loaded]
    absent = sum(len(one.sequence) - len(found) for one, found in zip(loaded, matched, strict=True))
    return absent, sum(_wrong(inspection, one, found) for one, found in zip(loaded, matched, strict=True))


@cache
def _shipped(name: str, language: str) -> Instrument:
    return load_instrument(name, (language,) if language else ())


def _load(name: str | Path, language: str) -> Instrument:
    """An instrument; shipped ones once, as every export is held against all of them."""
    if str(name) in list_instruments() and not Path(name).is_file():
        return _shipped(str(name), language)
    return load_instrument(name, (language,) if language else ())


def _try(name: str | Path, language: str) -> Instrument | None:
    try:
        return _load(name, language)
    except InstrumentError:
        return None


def _matched(inspection: Inspection, instrument: Instrument) -> dict[str, str]:
    try:
        return match_columns(inspection.export, instrument, allow_absent=True)
    except ResponseError:
        return {}


def _measured(instrument: Instrument) -> tuple[str, ...]:
    return tuple(item.id for item in instrument.items if item.construct)


def _wrong(inspection: Inspection, instrument: Instrument, matched: Mapping[str, str]) -> int:
    """Cells that are no answer on their scale."""
    export = inspection.export
    closed = [
        (question.id, question_scale(instrument, question.id))
        for question in instrument.sequence
        if question.id in matched
    ]
    conventions = export.conventions([matched[name] for name, scale in closed if scale.kind != "text"])
    return sum(
        len(
            code_cells(export.table.coded(matched[name]), scale, export.blanks, conventions[matched[name]])[1]
        )
        for name, scale in closed
        if scale.kind != "text"
    )


def _groups(
    inspection: Inspection, loaded: Sequence[Instrument], matched: Mapping[str, str]
) -> dict[str, int]:
    """Cases by the group that they say they belong to."""
    owner = next((one for one in loaded if any(item.id == INFORMANT for item in one.items)), None)
    if owner is None or INFORMANT not in matched:
        return {}
    export, column = inspection.export, matched[INFORMANT]
    scale = question_scale(owner, INFORMANT)
    answers, _ = code_cells(
        export.table.coded(column), scale, export.blanks, export.conventions([column])[column]
    )
    names = {code.value: code.name or "" for code in scale.codes}
    return dict(Counter(names[code] for code in answers.codes.tolist() if code in names))


def _questionnaire(
    loaded: Sequence[Instrument], found: set[str], groups: Mapping[str, int]
) -> tuple[str | None, bool, tuple[str, ...]]:
    """Informant and form whose questions differ least from those found, and these questions.

    Where two differ equally little, the one for everybody comes first, then that of the group that the cases say they
    belong to.
    """
    total = sum(groups.values())
    own = next((name for name, count in groups.items() if count >= MOSTLY * total), None)
    options = [
        (
            len({*asked} ^ (found & _all(loaded))),
            informant is not None,
            informant != own,
            short,
            informant,
            asked,
        )
        for informant, short, asked in _options(loaded)
    ]
    best = min(options, key=lambda option: option[:4])
    return best[4], best[3], best[5]


def _all(loaded: Sequence[Instrument]) -> set[str]:
    return {name for one in loaded for name in _measured(one)}


def _options(loaded: Sequence[Instrument]) -> Iterator[tuple[str | None, bool, tuple[str, ...]]]:
    """Every questionnaire that can be composed: informant, whether short, and its measuring items."""
    for short in (False, True):
        for informant in (None, *get_args(Informant)):
            asked = tuple(
                name
                for one in loaded
                for name in _measured(one)
                if (informant is None or informant in one.informants_of(name))
                and (not short or name in _kept(one))
            )
            if asked:
                yield informant, short, tuple(dict.fromkeys(asked))


def _kept(instrument: Instrument) -> set[str]:
    """Items of the short form; all where there is none."""
    form = next((form for form in instrument.short_forms if form.id == SHORT), None)
    return set(_measured(instrument)) if form is None else set(form.items)
