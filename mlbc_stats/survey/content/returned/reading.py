"""Read returned forms: all files, all checks, all complaints at once."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from mlbc_stats.counted import counted
from mlbc_stats.errors import DataWarning, ResponseError
from mlbc_stats.survey.content.returned.answers import JudgeAnswers
from mlbc_stats.survey.content.returned.form_rows import find_forms, read_cells
from mlbc_stats.survey.content.returned.matching import ReadForm, match_form
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.loading.load import load_instrument

MOST_SHOWN = 20


def read_forms(
    places: str | Path | Sequence[str | Path],
    instrument: Instrument | str | Path,
    encoding: str | None = None,
) -> JudgeAnswers:
    """Read the forms that judges sent back and compare every row with the instrument.

    Parameters
    ----------
    places : files (workbooks, or the sheet "Form" saved as CSV) or folders of them; forms of several kinds may
        be mixed.
    instrument : the instrument judged, its shipped name or its path.
    encoding : encoding of CSV files; by default the byte-order mark decides, else UTF-8.

    Returns
    -------
    JudgeAnswers
        answers not given are missing, never guessed; a warning counts them, `missing` lists them.

    Raises
    ------
    ResponseError
        with every problem by file, row and item: files that are no forms, of another instrument or of other
        texts; altered, repeated, unknown or missing rows; answers outside their options and formulas; two
        different forms by one judge.

    Warns
    -----
    DataWarning
        for answers not given, forms without any answer, the same form twice, rows that somebody added, and
        another version of the instrument with the same texts.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from openpyxl import load_workbook
    >>> from mlbc_stats.survey.content import write_forms
    >>> with TemporaryDirectory() as folder:
    ...     (path,) = write_forms("mlbc_alignment", "relevance", folder, 1, ["TC"], ["relevance"])
    ...     book = load_workbook(path)
    ...     for row in book["Form"].iter_rows(min_row=2):
    ...         if not row[2].value.startswith("#"):
    ...             row[5].value = 4
    ...     book.save(path)
    ...     answers = read_forms(folder, "mlbc_alignment")
    >>> answers.matrix("relevance").shape
    (9, 1)
    """
    found = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    chosen = [places] if isinstance(places, str | Path) else list(places)
    forms, problems = _read_all(find_forms(chosen), found, encoding)
    kept, notes, conflicts = _without_repeats(forms)
    problems += conflicts + _overlaps(kept)
    if problems:
        raise ResponseError(_complaint(problems))
    answers = JudgeAnswers.of(found, (record for form in kept for record in form.records), notes)
    notes += _gaps(answers, kept)
    for note in notes:
        warnings.warn(note, DataWarning, stacklevel=2)
    return JudgeAnswers(found, answers.table, tuple(notes))


def _read_all(
    paths: Iterable[Path], instrument: Instrument, encoding: str | None
) -> tuple[list[ReadForm], list[str]]:
    forms: list[ReadForm] = []
    problems: list[str] = []
    chosen = list(paths)
    names = Counter(path.name for path in chosen)
    for path in chosen:
        try:
            raw = read_cells(path, encoding)
            source = raw.source if names[path.name] == 1 else str(path)  # two folders may hold one name
            forms.append(match_form(replace(raw, source=source), instrument))
        except ResponseError as error:
            problems.append(str(error))
    return forms, problems + [problem for form in forms for problem in form.problems]


def _without_repeats(forms: Iterable[ReadForm]) -> tuple[list[ReadForm], list[str], list[str]]:
    """Forms once each, what to note, and forms of one judge that contradict one another."""
    kept: dict[tuple[str, str], ReadForm] = {}
    notes: list[str] = []
    conflicts: list[str] = []
    for form in forms:
        key = (form.judge.casefold(), form.design.token)
        first = kept.setdefault(key, form)
        notes += form.notes if first is form else []
        if first is not form and _given(first) == _given(form):
            notes.append(
                f"{form.source}: the same answers of judge {form.judge} as {first.source}; counted once"
            )
        elif first is not form:
            conflicts.append(
                f"{form.source}: judge {form.judge} answered otherwise in {first.source}; "
                "keep the form that counts, or give one of two judges another code"
            )
    return list(kept.values()), notes, conflicts


def _overlaps(forms: Iterable[ReadForm]) -> list[str]:
    """Complaints about a judge who was asked the same thing by two different forms."""
    first: dict[tuple[object, ...], dict[str, object]] = {}
    problems: list[str] = []
    for form in forms:
        for record in form.records:
            key = (form.judge.casefold(), record["question"], record["item"], record["definition"])
            other = first.setdefault(key, record)
            if other["source"] != form.source:
                problems.append(
                    f"{form.source}, row {record['row']}, item {record['item']}: judge {form.judge} was asked this in "
                    f"{other['source']}, row {other['row']}, too; leave out one of the two forms"
                )
    return problems


def _given(form: ReadForm) -> set[tuple[object, ...]]:
    keys = ("question", "item", "definition", "answer", "comment")
    return {tuple(record[key] for key in keys) for record in form.records}


def _gaps(answers: JudgeAnswers, forms: Iterable[ReadForm]) -> list[str]:
    """Notes on forms without answers and on answers not given."""
    empty = [form for form in forms if all(record["answer"] is None for record in form.records)]
    notes = [f"{form.source}: judge {form.judge} gave no answer; the form is not counted" for form in empty]
    sources = {form.source for form in empty}
    missing = answers.missing()
    missing = missing[~missing["source"].isin(sources)]
    for (source, judge), group in missing.groupby(["source", "judge"], sort=False):
        items = list(dict.fromkeys(group["item"]))
        named = ", ".join(items[:5]) + (", ..." if len(items) > 5 else "")
        notes.append(f"{source}: judge {judge} left {counted(len(group), 'answer')} empty: {named}")
    return notes


def _complaint(problems: Sequence[str]) -> str:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = [f"  {problem}" for problem in problems[:MOST_SHOWN]]
    more = [f"  and {len(problems) - MOST_SHOWN} more"] if len(problems) > MOST_SHOWN else []
    return "\n".join([f"{count} in returned forms", *lines, *more])
