"""Read exported questionnaires as their platforms would: column → words per language and answers per language."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from lxml import etree, html
from openpyxl import load_workbook

Text = dict[str, str]


@dataclass
class Parsed:
    """One column: its words, and per stored code the words of the answer, each per language."""

    text: Text
    answers: dict[str, Text] = field(default_factory=dict)


Columns = dict[str, Parsed]


def words(markup: str) -> str:
    return unescape(re.sub(r"<br>", "\n", markup))


def xlsform(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    book = load_workbook(io.BytesIO(files[".xlsx"]))
    tables = {}
    for sheet in book:
        header, *rows = sheet.iter_rows(values_only=True)
        tables[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows]
        assert all(cell.data_type in "sn" for row in sheet.iter_rows() for cell in row), "a formula"
    told_in = [str(cell.value) for cell in book["survey"][1] if str(cell.value).startswith("label::")]
    labels = {name: name.rpartition("(")[2].rstrip(")") for name in told_in}
    lists: dict[str, dict[str, Text]] = {}
    for row in tables["choices"]:
        told = {tag: row[name] for name, tag in labels.items()}
        lists.setdefault(row["list_name"], {})[row["name"]] = told
    found = {}
    for row in tables["survey"]:
        if row.get("name") and not row["type"].endswith("group"):
            text = {tag: row[name] for name, tag in labels.items()}
            kind, _, choices = row["type"].partition(" ")
            found[row["name"]] = Parsed(text, lists[choices] if kind == "select_one" else {})
    return found


def surveyjs(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    def told(text: Any) -> Text:
        return {("en" if tag == "default" else tag): value for tag, value in text.items()}

    found = {}
    for page in json.loads(files[".json"])["pages"]:
        for element in page["elements"]:
            if element["type"] == "html":
                continue
            kind = "columns" if element["type"] == "matrix" else "choices"
            answers = {str(entry["value"]): told(entry["text"]) for entry in element.get(kind, [])}
            for row in element.get("rows", []) if element["type"] == "matrix" else [element]:
                name = f"{element['name']}.{row['value']}" if row is not element else element["name"]
                found[name] = Parsed(told(row["text"] if row is not element else element["title"]), answers)
    return found


def limesurvey(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    rows = list(csv.DictReader(io.StringIO(files[".txt"].decode("utf-8-sig")), delimiter="\t"))
    found: Columns = {}
    for row in rows:
        if row["class"] == "Q":
            question = row["name"]
            asked = [found.setdefault(question, Parsed({}))]
            asked[0].text[row["language"]] = words(row["text"])
        elif row["class"] == "SQ":
            found.pop(question, None)
            part = found.setdefault(f"{question}[{row['name']}]", Parsed({}))
            part.text[row["language"]] = words(row["text"])
            asked.append(part)
        elif row["class"] == "A":
            for part in asked:
                part.answers.setdefault(row["name"], {})[row["language"]] = words(row["text"])
    return found


def lss(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    root = etree.fromstring(files[".lss"])

    def table(name: str) -> list[dict[str, str]]:
        return [{cell.tag: cell.text or "" for cell in row} for row in root.iterfind(f"{name}/rows/row")]

    def told(name: str, key: str, column: str) -> dict[str, Text]:
        texts: dict[str, Text] = {}
        for row in table(name):
            texts.setdefault(row[key], {})[row["language"]] = words(row[column])
        return texts

    texts, labels = told("question_l10ns", "qid", "question"), told("answer_l10ns", "aid", "answer")
    answers: dict[str, dict[str, Text]] = {}
    for row in table("answers"):
        answers.setdefault(row["qid"], {})[row["code"]] = labels[row["aid"]]
    titles = {row["qid"]: row["title"] for row in table("questions")}
    rows = table("subquestions")
    grids = {row["parent_qid"] for row in rows}
    found = {t: Parsed(texts[qid], answers.get(qid, {})) for qid, t in titles.items() if qid not in grids}
    for row in rows:
        name = f"{titles[row['parent_qid']]}[{row['title']}]"
        found[name] = Parsed(texts[row["qid"]], answers[row["parent_qid"]])
    return found


def qualtrics(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    found: Columns = {}
    text = files[".txt"].decode("utf-8-sig")
    for chunk in re.split(r"\[\[Question:", text)[1:]:
        kind, rest = chunk.split("]]", 1)
        name = re.search(r"\[\[ID:([^\]]+)\]\]\r\n(.*?)\r\n", rest, re.S)
        parts = re.findall(r"\[\[(Choice|Answer):([^\]]+)\]\]\r\n(.*?)(?=\r\n)", rest, re.S)
        entries = {
            what: {code: {languages[0]: words(t)} for w, code, t in parts if w == what}
            for what in ("Choice", "Answer")
        }
        if kind == "Matrix":
            for code, row in entries["Choice"].items():
                found[f"{name[1]}_{code}"] = Parsed(row, entries["Answer"])
        elif kind != "DB":
            found[name[1]] = Parsed({languages[0]: words(name[2])}, entries["Choice"])
    return found


def qsf(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    found: Columns = {}
    for element in json.loads(files[".qsf"])["SurveyElements"]:
        asked = element["Payload"]
        if element["Element"] != "SQ" or asked["QuestionType"] == "DB":
            continue
        others = asked["Language"] or {}
        told = {languages[0]: asked} | {tag: others[tag.upper()] for tag in languages[1:]}
        codes, kind = (
            asked.get("RecodeValues", {}),
            "Answers" if asked["QuestionType"] == "Matrix" else "Choices",
        )
        answers = {
            code: {tag: words(version[kind][number]["Display"]) for tag, version in told.items()}
            for number, code in codes.items()
        }
        if asked["QuestionType"] == "Matrix":
            for number, name in asked["ChoiceDataExportTags"].items():
                text = {tag: words(version["Choices"][number]["Display"]) for tag, version in told.items()}
                found[name] = Parsed(text, answers)
        else:
            text = {tag: words(version["QuestionText"]) for tag, version in told.items()}
            found[asked["DataExportTag"]] = Parsed(text, answers)
    return found


def redcap(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    found = {}
    for row in csv.DictReader(io.StringIO(files[".csv"].decode())):
        choices = row["Choices, Calculations, OR Slider Labels"].split(" | ")
        pairs = [choice.strip().partition(", ") for choice in choices if choice]
        answers = {code: {languages[0]: words(label)} for code, _, label in pairs}
        found[row["Variable / Field Name"]] = Parsed({languages[0]: words(row["Field Label"])}, answers)
    return found


def google(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    text = files[".gs"].decode()
    plans = json.loads(text[len("const FORMS = ") : text.index(";\n\nfunction")])
    found: Columns = {}
    order: list[str] = []
    for plan in plans:
        columns: list[tuple[str, str, list[str]]] = []
        for item in plan["items"]:
            if item["kind"] == "grid":
                columns += [(f"{item['title']} [{row}]", row, item["answers"]) for row in item["rows"]]
            elif item["kind"] != "page":
                columns.append((item["title"], item["title"], item.get("answers", [])))
        order = order or [name for name, _, _ in columns]
        for name, (_, words_, answers) in zip(order, columns, strict=True):
            part = found.setdefault(name, Parsed({}))
            part.text[plan["language"]] = words_
            for stored, label in zip(list(part.answers) or answers, answers, strict=True):
                part.answers.setdefault(stored, {})[plan["language"]] = label
    return found


def sav(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    import tempfile

    import pyreadstat

    found: Columns = {}
    for language in languages:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "shell.sav"
            place.write_bytes(files[f"_{language}.sav"])
            frame, meta = pyreadstat.read_sav(str(place))
        assert len(frame) == 1 and frame.replace("", None).isna().all(axis=None)
        for name, label in meta.column_names_to_labels.items():
            part = found.setdefault(name, Parsed({}))
            part.text[language] = label
            for code, words_ in meta.variable_value_labels.get(name, {}).items():
                part.answers.setdefault(str(int(code)), {})[language] = words_
    return found


def ddi(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    space, tag = "{ddi:codebook:2_6}", "{http://www.w3.org/XML/1998/namespace}lang"
    root = etree.fromstring(files[".xml"])

    def told(parent: Any, path: str) -> Text:
        return {found.get(tag): found.text for found in parent.iterfind(path)}

    return {
        variable.get("name"): Parsed(
            told(variable, f"{space}qstn/{space}qstnLit") or told(variable, f"{space}labl"),
            {
                category.findtext(f"{space}catValu"): told(category, f"{space}labl")
                for category in variable.iterfind(f"{space}catgry")
            },
        )
        for variable in root.iter(f"{space}var")
    }


def printable(files: Mapping[str, bytes], languages: list[str]) -> Columns:
    """By number, since ids do not stand on the paper."""
    found: Columns = {}
    for language in languages:
        page = html.fromstring(files[f"_{language}.html"].decode())
        for part in page.iter("table", "div"):
            if part.tag == "div" and part.get("class") != "question":
                continue
            head = part.xpath(".//thead//th") or part.xpath(".//li")
            answers = {one.xpath("string(small)").strip(): _own(one) for one in head}
            for place in part.xpath(".//tbody//th") or [part]:
                number = place.xpath("string(span[@class='number'])").rstrip(".")
                entry = found.setdefault(number, Parsed({}))
                entry.text[language] = _own(place, after="span")
                for code, label in answers.items():
                    entry.answers.setdefault(code, {})[language] = label
    return found


def _own(node: Any, after: str = "") -> str:
    """The text of a node itself, without that of the parts inside it."""
    if after:
        return (node.find(after).tail or "").strip()
    return "".join([node.text or "", *((part.tail or "") for part in node)]).strip()


PARSERS: dict[str, Callable[[Mapping[str, bytes], list[str]], Columns]] = {
    name: globals()[name]
    for name in (
        "xlsform",
        "surveyjs",
        "limesurvey",
        "lss",
        "qualtrics",
        "qsf",
        "redcap",
        "google",
        "sav",
        "ddi",
        "printable",
    )
}
