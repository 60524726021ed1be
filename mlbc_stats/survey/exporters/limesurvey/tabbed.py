"""LimeSurvey's tab-separated survey structure (.txt), made in any spreadsheet and imported as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlbc_stats.survey.exporters.limesurvey.structure import (
    LIMITS,
    SYSTEM,
    Asked,
    Group,
    places,
    structure,
)
from mlbc_stats.survey.exporters.plan.escaping import inert_html, separated
from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.mapping.model import MappingManifest

HEADER = (
    "id",
    "related_id",
    "class",
    "type/scale",
    "name",
    "relevance",
    "text",
    "help",
    "language",
    "validation",
    "mandatory",
    "other",
    "default",
    "same_default",
    "hidden",
    "max_num_value_n",
    "min_num_value_n",
    "num_value_int_only",
    "random_group",
    "random_order",
)

Row = dict[str, str]


def write_tabbed(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """Settings, then every group with its questions in the first language, then all of it in the others."""
    groups = structure(form, mapping)
    rows = list(_settings(form))
    for language in form.languages:
        rows += _language(groups, language)
    table = [HEADER, *([row.get(name, "") for name in HEADER] for row in rows)]
    return {".txt": separated(table, "\t", mark=True)}


def _settings(form: Form) -> Iterator[Row]:
    first, *others = form.languages
    for name, value in {
        "language": first,
        "additional_languages": " ".join(others),
        "format": "G",  # a page per group
        "anonymized": "Y",
        "datestamp": "Y",
        "ipaddr": "N",
        "allowsave": "Y",
        "showgroupinfo": "D",  # descriptions of groups without their names
        "showqnumcode": "X",
    }.items():
        yield {"class": "S", "name": name, "text": value}
    for language in form.languages:
        title = inert_html(form.instrument.title[language], "{}")
        for name, value in {"surveyls_title": title, "surveyls_description": ""}.items():
            yield {"class": "SL", "name": name, "text": value, "language": language}


def _language(groups: tuple[Group, ...], language: str) -> Iterator[Row]:
    """Rows of one language; ids are the same in all, by which translations find their originals."""
    number = 0
    for place, group in enumerate(groups, 1):
        yield {
            "id": str(place),
            "class": "G",
            "type/scale": str(place),
            "name": group.name[language],
            "relevance": group.relevance,
            "text": group.description[language],
            "language": language,
            "random_group": group.shuffled_with,
        }
        for asked in group.questions:
            number += 1
            yield from _question(asked, number, language)
            number += len(asked.rows)


def _question(asked: Asked, number: int, language: str) -> Iterator[Row]:
    yield {
        "id": str(number),
        "class": "Q",
        "type/scale": asked.kind,
        "name": asked.code,
        "relevance": asked.relevance,
        "text": asked.text[language],
        "language": language,
        "mandatory": "Y" if asked.mandatory else "N",
        "other": "N",
        **asked.settings,
    }
    for place, row in enumerate(asked.rows, number + 1):
        yield {
            "id": str(place),
            "related_id": str(number),
            "class": "SQ",
            "type/scale": "0",
            "name": row.code,
            "relevance": row.relevance,
            "text": row.text[language],
            "language": language,
        }
    for answer in asked.answers:
        yield {
            "id": str(number),
            "related_id": str(number),
            "class": "A",
            "type/scale": "0",
            "name": answer.code,
            "text": answer.text[language],
            "language": language,
        }


LIMESURVEY = Target(
    name="limesurvey",
    platform="LimeSurvey (tab-separated)",
    limits=LIMITS,
    write=write_tabbed,
    places=places,
    system=SYSTEM,
)
