"""LimeSurvey's survey structure as XML (.lss)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from mlbc_stats.survey.exporters.limesurvey.structure import (
    LIMITS,
    SYSTEM,
    Asked,
    Entry,
    Group,
    places,
    structure,
)
from mlbc_stats.survey.exporters.plan.escaping import html, printable
from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.mapping.model import MappingManifest

VERSION = "600"
"""Version of the database, of LimeSurvey 6.0; later ones convert it when they import."""
SURVEY = "100001"

Row = dict[str, str]


@dataclass(slots=True)
class Tables:
    """Rows of every table, and the numbers that join them."""

    form: Form
    rows: dict[str, list[Row]] = field(default_factory=dict)
    questions: Iterator[int] = field(default_factory=lambda: count(1))
    answers: Iterator[int] = field(default_factory=lambda: count(1))

    def add(self, table: str, **row: object) -> None:
        """One row."""
        self.rows.setdefault(table, []).append({name: str(value) for name, value in row.items()})

    def tell(self, table: str, key: Row, texts: Mapping[str, Mapping[str, str]]) -> None:
        """One row per language: column → text per language."""
        for language in self.form.languages:
            told = {name: text[language] for name, text in texts.items()}
            number = len(self.rows.get(table, [])) + 1
            self.add(table, id=number, **key, **told, language=language)


def write_lss(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """The tables of a survey, with texts per language in tables of their own."""
    tables = Tables(form)
    _settings(tables)
    for place, group in enumerate(structure(form, mapping), 1):
        _group(tables, group, place)
    return {".lss": _document(form.languages, tables.rows)}


def _settings(tables: Tables) -> None:
    first, *others = tables.form.languages
    tables.add(
        "surveys",
        sid=SURVEY,
        gsid=1,
        language=first,
        additional_languages=" ".join(others),
        format="G",
        anonymized="Y",
        datestamp="Y",
        ipaddr="N",
        allowsave="Y",
        showgroupinfo="D",
        showqnumcode="X",
    )
    for language in tables.form.languages:
        title = html(tables.form.instrument.title[language], "{}")
        tables.add(
            "surveys_languagesettings",
            surveyls_survey_id=SURVEY,
            surveyls_language=language,
            surveyls_title=title,
        )


def _group(tables: Tables, group: Group, place: int) -> None:
    tables.add(
        "groups",
        gid=place,
        sid=SURVEY,
        group_order=place,
        randomization_group=group.shuffled_with,
        grelevance=group.relevance,
    )
    tables.tell(
        "group_l10ns", {"gid": str(place)}, {"group_name": group.name, "description": group.description}
    )
    for order, asked in enumerate(group.questions, 1):
        _question(tables, asked, place, order)


def _question(tables: Tables, asked: Asked, group: int, order: int) -> None:
    number = next(tables.questions)
    _entry(tables, "questions", asked, number, 0, group, order, asked.kind)
    for place, row in enumerate(asked.rows, 1):
        _entry(tables, "subquestions", row, next(tables.questions), number, group, place, "T")
    for place, answer in enumerate(asked.answers, 1):
        aid = next(tables.answers)
        tables.add(
            "answers",
            aid=aid,
            qid=number,
            code=answer.code,
            sortorder=place,
            assessment_value=0,
            scale_id=0,
        )
        tables.tell("answer_l10ns", {"aid": str(aid)}, {"answer": answer.text})
    for name, value in asked.settings.items():
        tables.add("question_attributes", qid=number, attribute=name, value=value)


def _entry(
    tables: Tables,
    table: str,
    entry: Asked | Entry,
    number: int,
    parent: int,
    group: int,
    order: int,
    kind: str,
) -> None:
    mandatory = isinstance(entry, Asked) and entry.mandatory
    tables.add(
        table,
        qid=number,
        parent_qid=parent,
        sid=SURVEY,
        gid=group,
        type=kind,
        title=entry.code,
        other="N",
        mandatory="Y" if mandatory else "N",
        question_order=order,
        scale_id=0,
        relevance=entry.relevance,
    )
    empty = dict.fromkeys(tables.form.languages, "")
    tables.tell("question_l10ns", {"qid": str(number)}, {"question": entry.text, "help": empty})


def _document(languages: Sequence[str], rows: Mapping[str, Sequence[Row]]) -> bytes:
    from lxml import etree

    document = etree.Element("document")
    etree.SubElement(document, "LimeSurveyDocType").text = "Survey"
    etree.SubElement(document, "DBVersion").text = VERSION
    known = etree.SubElement(document, "languages")
    for language in languages:
        etree.SubElement(known, "language").text = language
    for name in sorted(rows):
        table = etree.SubElement(document, name)
        fields = etree.SubElement(table, "fields")
        for column in rows[name][0]:
            etree.SubElement(fields, "fieldname").text = column
        body = etree.SubElement(table, "rows")
        for row in rows[name]:
            line = etree.SubElement(body, "row")
            for column, text in row.items():
                etree.SubElement(line, column).text = etree.CDATA(printable(text))
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


LSS = Target(
    name="lss",
    platform="LimeSurvey (.lss)",
    limits=LIMITS,
    write=write_lss,
    places=places,
    system=SYSTEM,
)
