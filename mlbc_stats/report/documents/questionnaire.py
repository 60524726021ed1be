"""A page on which one reads a questionnaire as a respondent would; nothing on it is stored or sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import InstrumentError

if TYPE_CHECKING:
    from jinja2 import Environment

    from mlbc_stats.survey.instrument.item import Check, Item
    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.survey.instrument.scale import ResponseScale
    from mlbc_stats.survey.questionnaire.layout import Run
    from mlbc_stats.survey.questionnaire.model import Block, Questionnaire

TEMPLATE = "questionnaire.html"
INFORMANTS = {
    None: "everybody, in the words for everybody",
    "management": "management",
    "technical": "the technical side",
    "internal_user": "internal users",
    "external_user": "external users",
}


def questionnaire_page(questionnaire: Questionnaire, language: str | None = None) -> str:
    """The questionnaire as one self-contained HTML page.

    Questions of one block that share a scale form a grid, as survey platforms ask them. A note says after which
    answers a routed question is asked; respondents do not see it. A translation that is not reviewed is marked
    DRAFT at the top of the page and in its title.

    Parameters
    ----------
    questionnaire : what ``survey.compose`` gives.
    language : a language of the questionnaire; the source by default.

    Raises
    ------
    InstrumentError
        when the questionnaire is not in this language.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> page = questionnaire_page(survey.compose(["marker"]))
    >>> "I like rainy days." in page, page.count("<fieldset")
    (True, 0)
    """
    instrument = questionnaire.instrument
    chosen = language or instrument.languages[0]
    if chosen not in instrument.languages:
        known = ", ".join(instrument.languages)
        raise InstrumentError(f"the questionnaire is not in {chosen!r}; it is in: {known}")
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            language=chosen,
            draft=chosen in instrument.drafts,
            title=instrument.title[chosen],
            consent=_text(instrument.consent, chosen),
            introduction=_text(instrument.introduction, chosen),
            blocks=[_block(questionnaire, block, chosen) for block in questionnaire.blocks],
            facts=_facts(questionnaire, chosen),
        )
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("mlbc_stats.report")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _text(text: Mapping[str, str] | None, language: str) -> str:
    return "" if text is None else text[language]


def _block(questionnaire: Questionnaire, block: Block, language: str) -> dict[str, Any]:
    from mlbc_stats.survey.questionnaire.layout import runs

    return {
        "id": block.id,
        "words": [text[language] for text in block.words],
        "parts": [_part(questionnaire.instrument, run, language) for run in runs(questionnaire, block)],
    }


def _part(instrument: Instrument, run: Run, language: str) -> dict[str, Any]:
    return {
        "kind": "grid" if run.name else run.scale.kind,
        "scale": _scale(run.scale, language),
        "questions": [_question(instrument, question, language) for question in run.questions],
    }


def _question(instrument: Instrument, question: Item | Check, language: str) -> dict[str, Any]:
    route = getattr(question, "route", None)
    return {"id": question.id, "text": question.text[language], "route": _route(instrument, route, language)}


def _route(instrument: Instrument, route: Any, language: str) -> str:
    """After which answers the question is asked, in words."""
    if route is None:
        return ""
    asked = instrument.item(route.question)
    labels = {code.value: code.label[language] for code in instrument.scale(asked.scale).codes}
    return f"{route.question}: {' / '.join(labels[code] for code in route.codes)}"


def _scale(scale: ResponseScale, language: str) -> dict[str, Any]:
    from mlbc_stats.survey.questionnaire.layout import offered

    return {
        "answers": [(code.value, code.label[language]) for code in scale.codes],
        "none": [(code.value, code.label[language]) for code in offered(scale)],
        "lower": scale.lower,
        "upper": scale.upper,
    }


def _facts(questionnaire: Questionnaire, language: str) -> list[tuple[str, str]]:
    """What the researcher must know about the page, at its end."""
    shuffled = {"fixed": "as in the files", "items": "items shuffled inside blocks"}
    shuffled |= {"blocks": "blocks shuffled", "both": "blocks, and items inside them, shuffled"}
    seed = f", seed {questionnaire.seed}" if questionnaire.seed is not None else ""
    period = questionnaire.period[language] if questionnaire.period is not None else "single wave"
    return [
        ("For", INFORMANTS.get(questionnaire.informant, str(questionnaire.informant))),
        ("Form", questionnaire.short_form or "full"),
        ("Period", period),
        ("Order", shuffled[questionnaire.order] + seed),
        ("Questions", str(len(questionnaire.questions))),
        ("Estimated time", f"{questionnaire.minutes:.0f} minutes"),
        ("Made of", ", ".join(f"{name} {version}" for name, version in questionnaire.sources)),
        *(("Remark", remark) for remark in questionnaire.remarks),
    ]
