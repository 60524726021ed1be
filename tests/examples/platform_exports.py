"""What platforms would export of known answers: files built from a mapping manifest and the formats' documentation.

Nothing here uses a reader: rows are made of what the manifest says that the platform stores or shows.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat

from mlbc_stats.survey.mapping import MappedQuestion, MappingManifest
from mlbc_stats.survey.responses.model import MissingReason, Responses, question_scale

Rows = list[dict[str, str]]
Answer = tuple[str, str]
"""Cell of the question and cell of the column beside it."""


def answer(responses: Responses, case: int, question: MappedQuestion, language: str | None) -> Answer:
    """What the platform stores of one answer, or shows in a language."""
    code, reason, text = known(responses, case, question.id)
    if text is not None:
        return text, ""
    if routed_out(responses, case, question):
        return "", ""
    if reason == MissingReason.OBSERVED and not any(one.reason is None for one in question.codes):
        return f"{code:g}", ""
    wanted = [
        one
        for one in question.codes
        if (one.reason is None and one.value == code)
        or (one.reason and one.offered and MissingReason[one.reason.upper()] == reason)
    ]
    if not wanted:
        return "", ""
    cell = wanted[0].label[language] if language else wanted[0].platform
    return ("", cell) if question.beside else (cell, "")


def routed_out(responses: Responses, case: int, question: MappedQuestion) -> bool:
    """Whether the platform never showed the question, because of another answer."""
    if question.route is None:
        return False
    code, reason, _ = known(responses, case, question.route.question)
    return reason == MissingReason.NOT_APPLICABLE or (
        reason == MissingReason.OBSERVED and code not in question.route.codes
    )


def known(responses: Responses, case: int, name: str) -> tuple[float, int, str | None]:
    """Code, reason and text of one answer."""
    if name in responses.item_ids:
        place = responses.item_ids.index(name)
        return responses.codes[case, place], int(responses.reasons[case, place]), None
    if question_scale(responses.instrument, name).kind == "text":
        return float("nan"), 0, responses.context[name].iloc[case]
    return (
        float(responses.context[name].iloc[case]),
        int(responses.context_reasons[name].iloc[case]),
        None,
    )


def platform_rows(
    responses: Responses,
    mapping: MappingManifest,
    language: str | None = None,
    name: Callable[[MappedQuestion], str] = lambda question: question.column,
) -> Rows:
    """One row per case: consent, token, every question; labels in a language, else what is stored."""
    rows: Rows = []
    for case in range(responses.n):
        row = {mapping.system.unit: str(responses.unit_ids[case])} if mapping.system.unit else {}
        if mapping.consent is not None:
            given = mapping.consent.words[language] if language else mapping.consent.given
            row[mapping.consent.column] = given
        for question in mapping.questions:
            cell, beside = answer(responses, case, question, language)
            row[name(question)] = cell
            if question.beside:
                row[question.beside] = beside
        rows.append(row)
    return rows


def with_refusal(rows: Rows, mapping: MappingManifest, language: str | None = None) -> Rows:
    """One more row of somebody who did not agree to take part."""
    if mapping.consent is None:
        return rows
    blank = dict.fromkeys(rows[0], "") | {mapping.consent.column: mapping.consent.refused}
    return [*rows, blank]


def finished(responses: Responses) -> list[bool]:
    return [cell != "0" for cell in responses.paradata["finished"]]


def separated(header: Sequence[Sequence[str]], rows: Rows, mark: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark)
    writer.writerows(header)
    writer.writerows(list(row.values()) for row in rows)
    return text.getvalue()


def qualtrics(
    path: Path, rows: Rows, mapping: MappingManifest, done: list[bool], headers: int = 3, language: str = "EN"
) -> Path:
    """Names, words and ImportIds; two headers are those of the older export."""
    system = {
        "StartDate": "2026-03-01 10:00:00",
        "EndDate": "2026-03-01 10:20:00",
        "Status": "0",
        "Progress": "100",
        "Duration (in seconds)": "1200",
        "Finished": "1",
        "ResponseId": "",
        "UserLanguage": language,
    }
    filled = [
        system
        | {"ResponseId": f"R_{place}", "Finished": str(int(at)), "Progress": "100" if at else "40"}
        | row
        for place, (row, at) in enumerate(zip(rows, [*done, False], strict=False))
    ]
    names = list(filled[0])
    words = {question.column: next(iter(question.text.values())) for question in mapping.questions}
    first = [f"V{place}" if headers == 2 and name in system else name for place, name in enumerate(names, 1)]
    second = [words.get(name, name) for name in names]
    ids = [json.dumps({"ImportId": import_id(name, place)}) for place, name in enumerate(names)]
    path.write_text(separated([first, second, ids][:headers], filled), encoding="utf-8")
    return path


def import_id(name: str, place: int) -> str:
    return f"QID{place}"


def limesurvey(
    path: Path, rows: Rows, mapping: MappingManifest, done: list[bool], words: bool = False
) -> Path:
    """Semicolons and a byte-order mark; in the header codes, or codes and words; partial responses too."""
    texts = {question.column: next(iter(question.text.values())) for question in mapping.questions}
    filled = [
        {
            "id": str(place),
            "submitdate": "2026-03-01 10:20:00" if at else "",
            "lastpage": "9" if at else "3",
            "startlanguage": "en",
            "startdate": "2026-03-01 10:00:00",
            "datestamp": "2026-03-01 10:20:00",
            "ipaddr": f"84.23.1.{place}",
            **row,
            "interviewtime": "1200.5",
        }
        for place, (row, at) in enumerate(zip(rows, [*done, False], strict=False), 1)
    ]
    names = [f"{name}. {texts[name]}" if words and name in texts else name for name in filled[0]]
    path.write_text("\ufeff" + separated([names], filled, ";"), encoding="utf-8")
    return path


def limesurvey_sav(path: Path, rows: Rows, mapping: MappingManifest, done: list[bool]) -> Path:
    """Names without brackets and in capitals, some cut; the words of the questions as labels."""
    texts = {question.column: next(iter(question.text.values())) for question in mapping.questions}
    filled = [
        {"id": float(place), "submitdate": "2026-03-01" if at else "", **row}
        for place, (row, at) in enumerate(zip(rows, [*done, False], strict=False), 1)
    ]
    names = list(filled[0])
    corrupted = {name: name.replace("[", "_").replace("]", "") for name in names}
    for place, name in enumerate(names):
        if name in texts and place % 5 == 0:
            corrupted[name] = f"V{place}"
    frame = pd.DataFrame(filled).rename(columns=corrupted)
    labels = {corrupted[name]: text[:250] for name, text in texts.items()}
    pyreadstat.write_sav(frame, str(path), column_labels=labels)
    return path


def odk(path: Path, rows: Rows, mapping: MappingManifest, group: dict[str, str], mark: str) -> Path:
    """ODK Central (``-``) as CSV or KoboToolbox (``/``) as workbook: groups before the names."""
    system = {"-": ("SubmissionDate", "KEY"), "/": ("_submission_time", "_uuid")}[mark]
    filled = [
        {
            "start": "2026-03-01T10:00:00.000+01:00",
            "end": "2026-03-01T10:20:00.000+01:00",
            "deviceid": f"collect:{place}",
            **{group.get(name, name): cell for name, cell in row.items()},
            system[0]: "2026-03-01T10:21:00.000Z",
            system[1]: f"uuid:{place}",
        }
        for place, row in enumerate(rows)
    ]
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.active.append(list(filled[0]))
        for row in filled:
            book.active.append([typed(cell) for cell in row.values()])
        book.save(path)
    else:
        path.write_text(separated([list(filled[0])], filled), encoding="utf-8")
    return path


def typed(cell: str) -> int | str | None:
    """A number where the text is the way a number is written; ids such as 007 are none."""
    number = cell.lstrip("-").isdigit() and str(int(cell)) == cell
    return int(cell) if number else cell or None


def surveyjs(path: Path, rows: Rows, done: list[bool]) -> Path:
    """One object a line, rows of matrices inside; what was not answered is not there."""
    lines = []
    for place, (row, at) in enumerate(zip(rows, [*done, False], strict=False)):
        answers: dict[str, object] = {"id": f"s{place}", "duration": 1200, "finished": at}
        for name, cell in row.items():
            if not cell:
                continue
            value = typed(cell)
            outer, point, inner = name.partition(".")
            if point:
                answers.setdefault(outer, {})[inner] = value  # type: ignore[index]
            else:
                answers[name] = value
        lines.append(json.dumps(answers))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def redcap(path: Path, rows: Rows, mapping: MappingManifest, done: list[bool], labels: bool = False) -> Path:
    """Raw codes under names; or labels, still under names, as the API gives them."""
    state = {True: "Complete", False: "Incomplete"} if labels else {True: "2", False: "0"}
    form = mapping.questionnaire.instrument
    filled = [
        {"record_id": str(place), **row, f"{form}_complete": state[at]}
        for place, (row, at) in enumerate(zip(rows, [*done, False], strict=False), 1)
    ]
    path.write_text(separated([list(filled[0])], filled), encoding="utf-8")
    return path


def google(path: Path, rows: Rows) -> Path:
    """A time stamp, then the words of the questions over labels."""
    filled = [{"Timestamp": "3/1/2026 10:20:00", **row} for row in rows]
    path.write_text(separated([list(filled[0])], filled), encoding="utf-8")
    return path


def sav(path: Path, rows: Rows, mapping: MappingManifest) -> Path:
    """Numbers where a question has codes, as typed into the exported file without cases."""
    frame = pd.DataFrame(rows)
    for question in mapping.questions:
        for name in filter(None, (question.column, question.beside)):
            if question.kind != "text" or name == question.beside:
                frame[name] = pd.to_numeric(frame[name].replace("", None))
    pyreadstat.write_sav(frame, str(path))
    return path
