"""Compare the rows of a returned form with the instrument it came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mlbc_stats.errors import DataError, MlbcError, ResponseError
from mlbc_stats.survey.content.forms.design import FormDesign, design_form
from mlbc_stats.survey.content.forms.judgment_tasks import COMMENT, HIDDEN, NONE, Question
from mlbc_stats.survey.content.returned.form_rows import FORMULA, FormRow, RawForm
from mlbc_stats.survey.instrument.model import Instrument

FORM, JUDGE, CODE = HIDDEN
PARTS = 8
SHOWN = 60


@dataclass(frozen=True, slots=True)
class ReadForm:
    """One returned form: who judged, by which design, the answers, and what is wrong or noteworthy.

    `records` are dicts of source, row, judge, kind, question, item, construct, definition, answer and comment.
    """

    source: str
    design: FormDesign
    judge: str
    records: list[dict[str, Any]]
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def match_form(raw: RawForm, instrument: Instrument) -> ReadForm:
    """The answers of one form, every row checked.

    Raises
    ------
    ResponseError
        when the form cannot be tied to the instrument; what is wrong row by row is in `problems`.
    """
    rows, outside = _split(raw)
    token, judge = _single(raw.source, rows, FORM), _single(raw.source, rows, JUDGE).strip()
    notes = [
        f"{raw.source}, row {row.line}: not part of the form and not read: {_quote(row)}" for row in outside
    ]
    design = _rebuilt(raw.source, token, instrument, notes)
    _check_columns(raw, design)
    form = ReadForm(raw.source, design, judge, [], notes=notes)
    seen: dict[str, int] = {}
    for row in rows:
        code = row.cells[CODE].strip()
        if code in seen:
            form.problems.append(
                f"{raw.source}, row {row.line}: repeats {code} of row {seen[code]}; delete one"
            )
            continue
        seen[code] = row.line
        if code.startswith("#"):
            _match_heading(form, row, code)
        else:
            _match_item(form, row, code)
    missing = [code for code in design.cells if code not in seen]
    if missing:
        named = ", ".join(f"{code} ({design.cells[code][0].id})" for code in missing[:5])
        form.problems.append(
            f"{raw.source}: {len(missing)} of {len(design.cells)} rows are missing: {named}"
            f"{', ...' if len(missing) > 5 else ''}; ask the judge for the whole form"
        )
    return form


def _split(raw: RawForm) -> tuple[list[FormRow], list[FormRow]]:
    """Rows of the form, and rows somebody added."""
    inside = [row for row in raw.rows if row.cells[CODE].strip()]
    if not inside:
        raise ResponseError(f"{raw.source}: no row has a code in the column {CODE!r}; the form is empty")
    return inside, [row for row in raw.rows if not row.cells[CODE].strip()]


def _single(source: str, rows: list[FormRow], column: str) -> str:
    """The one value of a column that is the same on every row."""
    values = {row.cells[column].strip(): row.line for row in reversed(rows)}
    if len(values) > 1 or "" in values:
        got = "; ".join(f"{value or 'nothing'} (row {line})" for value, line in list(values.items())[:3])
        raise ResponseError(
            f"{source}, column {column!r}: expected the same entry in every row, got {got}; "
            "one file holds the form of one judge"
        )
    return next(iter(values))


def _rebuilt(source: str, token: str, instrument: Instrument, notes: list[str]) -> FormDesign:
    """The design that a form's id names, from the instrument as it is now."""
    parts = token.split("/")
    if len(parts) != PARTS:
        raise ResponseError(f"{source}: {token[:SHOWN]!r} is not the id of a form")
    kind, name, version, language, against, keys, letters, fingerprint = parts
    if name != instrument.id:
        raise ResponseError(
            f"{source}: the form is about {name!r}, expected {instrument.id!r}; name that instrument"
        )
    by_letter = {
        letter: construct for construct, letter in design_form(instrument, "relevance").letters.items()
    }
    other = (
        f"{source}: the form was made from version {version} of {name} with other texts than version "
        f"{instrument.version}; read it with the file of version {version}"
    )
    try:
        chosen = [by_letter[letter] for letter in letters.split("+")]
        design = design_form(instrument, kind, chosen, keys.split("+"), language, against)  # type: ignore[arg-type]
    except (KeyError, MlbcError):
        raise ResponseError(other) from None
    if design.fingerprint != fingerprint:
        raise ResponseError(other)
    if version != instrument.version:
        notes.append(
            f"{source}: made from version {version}, read with version {instrument.version}; its texts are the same"
        )
    return design


def _check_columns(raw: RawForm, design: FormDesign) -> None:
    missing = [question.heading for question in design.questions if question.heading not in raw.names]
    if missing:
        raise ResponseError(
            f"{raw.source}: no column {', '.join(map(repr, missing))}; send back the whole form"
        )


def _match_heading(form: ReadForm, row: FormRow, code: str) -> None:
    headings = {
        f"#{form.design.letters[b.construct.id]}": b.construct for b in form.design.blocks if b.construct
    }
    if code not in headings:
        form.problems.append(f"{form.source}, row {row.line}: {code} is not a definition of this form")
    elif _plain(row.cells["Item"]) != _plain(form.design.heading(headings[code])):
        form.problems.append(_altered(form, row, headings[code].id, form.design.heading(headings[code])))


def _match_item(form: ReadForm, row: FormRow, code: str) -> None:
    if code not in form.design.cells:
        form.problems.append(f"{form.source}, row {row.line}: {code!r} is not a row of this form")
        return
    item, definition = form.design.cells[code]
    if _plain(row.cells["Item"]) != _plain(form.design.text(item)):
        form.problems.append(_altered(form, row, item.id, form.design.text(item)))
    comment = row.cells.get(COMMENT, "").removeprefix(FORMULA).strip()
    for question in form.design.questions:
        where = f"{form.source}, row {row.line}, item {item.id}, {question.heading}"
        try:
            answer = parse_answer(row.cells[question.heading], question, form.design)
        except DataError as error:
            form.problems.append(f"{where}: {error}")
            answer = None
        form.records.append(
            {
                "source": form.source,
                "row": row.line,
                "judge": form.judge,
                "kind": form.design.kind.name,
                "question": question.key,
                "item": item.id,
                "construct": item.construct,
                "definition": definition.id if definition else "",
                "answer": answer,
                "comment": comment,
            }
        )


def parse_answer(text: str, question: Question, design: FormDesign) -> str | float | None:
    """An answer as it goes into the data: a number, a word, the id of a construct; None when left empty.

    Raises
    ------
    DataError
        when it is not among the options.
    """
    if text.startswith(FORMULA):
        raise DataError(
            f"expected an answer, got the formula {text.removeprefix(FORMULA)[:SHOWN]!r}; type the answer"
        )
    plain = _plain(text)
    if not plain:
        return None
    if not question.options:
        return _placed(text, design)
    if plain not in question.options:
        raise DataError(f"expected {', '.join(question.options)} or nothing, got {text.strip()[:SHOWN]!r}")
    return float(plain) if plain.isdigit() else plain


def _placed(text: str, design: FormDesign) -> str:
    """Id of the construct chosen in a sort, by its letter or the whole choice; ``"none"`` for none of these."""
    known = {_plain(choice): name for choice, name in zip(design.choices, design.constructs, strict=False)}
    known |= {design.letters[name].casefold(): name for name in design.constructs}
    known |= {_plain(NONE): "none", "none": "none", "0": "none"}
    if _plain(text) not in known:
        letters = ", ".join(design.letters[name] for name in design.constructs)
        raise DataError(f"expected a definition ({letters}) or {NONE!r}, got {text.strip()[:SHOWN]!r}")
    return known[_plain(text)]


def _altered(form: ReadForm, row: FormRow, name: str, expected: str) -> str:
    got = row.cells["Item"].removeprefix(FORMULA)
    return (
        f"{form.source}, row {row.line}, {name}: the text was altered; expected {expected!r}, got {got!r}. "
        "The answer is about another text: put the new wording in the comment and ask the judge again"
    )


def _plain(text: str) -> str:
    """Text without what an editor may change: spaces, case, curly quotation marks, forms of one character."""
    folded = unicodedata.normalize("NFKC", text).translate(
        {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}
    )
    return re.sub(r"\s+", " ", folded).strip().casefold()


def _quote(row: FormRow) -> str:
    return repr(" | ".join(_texts(row))[:SHOWN])


def _texts(row: FormRow) -> Iterator[str]:
    return (text.removeprefix(FORMULA).strip() for text in row.cells.values() if text.strip())
