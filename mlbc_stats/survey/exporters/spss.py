"""SPSS: a file of names, labels and missing values with one empty case, into which answers on paper are typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.mapping.model import MappedQuestion, MappingManifest
from mlbc_stats.survey.questionnaire.consent import GIVEN, REFUSED, phrase
from mlbc_stats.survey.writing.spss import user_missing

MEASURES = {"ordinal": "ordinal", "nominal": "nominal", "number": "scale", "text": "nominal"}
WIDTH = 255
"""Characters of a text; SPSS parts longer ones into pieces."""
LONGEST = 250
"""Characters of a label, with room for letters of two bytes."""


def write_sav(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """One file per language. Written by pyreadstat; in R: ``haven::write_sav``. The one case is blank."""
    return {
        f"_{language}.sav": _file(form, mapping, language)
        for language in (one.language for one in mapping.languages)
    }


def _file(form: Form, mapping: MappingManifest, language: str) -> bytes:
    import pandas as pd
    import pyreadstat

    scales = {scale.id: scale for scale in form.instrument.scales}
    labels: dict[str, Any] = {mapping.system.unit: phrase("unit", [language])[language]}
    values: dict[str, dict[Any, str]] = {}
    if mapping.consent is not None:
        labels[mapping.consent.column] = phrase("title", [language])[language]
        words = {GIVEN: phrase("agree", [language]), REFUSED: phrase("decline", [language])}
        values[mapping.consent.column] = {value: text[language] for value, text in words.items()}
    for question in mapping.questions:
        labels |= {question.column: question.text[language]}
        none = f"{question.text[language]} – {phrase('none', [language])[language]}"
        labels |= {question.beside: none[-LONGEST:]} if question.beside else {}
        values[question.beside or question.column] = _values(question, language)
    texts = {mapping.system.unit, *(one.column for one in mapping.questions if one.kind == "text")}
    blank = {name: [" " * WIDTH] if name in texts else [None] for name in labels}  # it makes texts that wide
    frame = pd.DataFrame(
        {name: pd.Series(cells, dtype=object if name in texts else float) for name, cells in blank.items()}
    )
    with TemporaryDirectory() as folder:
        place = Path(folder) / "shell.sav"
        pyreadstat.write_sav(
            frame,
            str(place),
            column_labels=labels,
            variable_value_labels={name: found for name, found in values.items() if found},
            missing_ranges=_missing(mapping, scales),
            variable_measure=_measures(mapping),
            variable_format={name: f"A{WIDTH}" if name in texts else "F8.0" for name in labels},
        )
        return place.read_bytes()


def _values(question: MappedQuestion, language: str) -> dict[Any, str]:
    return {code.value: code.label[language] for code in question.codes}


def _missing(mapping: MappingManifest, scales: Mapping[str, ResponseScale]) -> dict[str, list[Any]]:
    found = {q.beside or q.column: user_missing(scales[q.scale]) for q in mapping.questions}
    return {name: ranges for name, ranges in found.items() if ranges}


def _measures(mapping: MappingManifest) -> dict[str, Any]:
    found = {question.column: MEASURES[question.kind] for question in mapping.questions}
    return found | {question.beside: "nominal" for question in mapping.questions if question.beside}


SAV = Target(
    name="sav",
    platform="SPSS, PSPP, jamovi (.sav)",
    limits=Limits(
        longest_text=LONGEST,
        longest_label=118,
        consent="asked",
        blocks_shuffled=True,  # the order is that of the paper
        rows_shuffled=True,
        routing=False,
        bounds=False,
        pages=False,
    ),
    write=write_sav,
    checked="run",
)
