"""The questionnaire on paper, as HTML, Word and PDF, one of each per language."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec

from mlbc_stats.errors import DataWarning
from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.mapped import Place, named_places
from mlbc_stats.survey.exporters.printed.page import page_html
from mlbc_stats.survey.exporters.printed.pdf import pdf_bytes
from mlbc_stats.survey.exporters.printed.sheet import sheet
from mlbc_stats.survey.exporters.printed.word import word_bytes
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.mapping.model import MappingManifest

SETTERS = {"docx": (word_bytes, "docx", "python-docx"), "pdf": (pdf_bytes, "typst", "typst")}
"""Ending → what writes it, the module it needs, and the package of that."""


def write_printable(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """Pages of every language; Word and PDF where the extra ``paper`` is installed, else a warning."""
    made: dict[str, bytes] = {}
    there = {end: setter for end, (setter, module, _) in SETTERS.items() if find_spec(module) is not None}
    for language in form.languages:
        data = sheet(form, mapping, language)
        made[f"_{language}.html"] = page_html(data)
        made |= {f"_{language}.{end}": setter(data) for end, setter in there.items()}
    lacking = [package for end, (_, _, package) in SETTERS.items() if end not in there]
    if lacking:
        warnings.warn(
            f"only what needs no {' and '.join(lacking)} is written; for Word and PDF: pip install 'mlbc-stats[paper]'",
            DataWarning,
            stacklevel=2,
        )
    return made


def _places(form: Form, limits: Limits) -> dict[str, Place]:
    """Ids do not stand on the paper, since they tell what is measured or checked: numbers do, which are aliases."""
    number = {question.id: str(place) for place, question in enumerate(form.questionnaire.questions, 1)}
    return {
        name: replace(place, aliases=(number[name], f"Q{number[name]}")) if name in number else place
        for name, place in named_places(form, limits).items()
    }


PRINTABLE = Target(
    name="printable",
    platform="paper (HTML, Word, PDF)",
    limits=Limits(consent="asked", bounds=False, routing=False),
    write=write_printable,
    places=_places,
    checked="run",
)
