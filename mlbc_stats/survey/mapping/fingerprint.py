"""The fingerprint of a questionnaire: what was asked and how it is coded, in one hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.instrument.model import Instrument


def fingerprint(instrument: Instrument) -> str:
    """SHA-256 of the questions of an instrument or questionnaire, as hexadecimal digits.

    It changes with the words of a question or answer in the source language, with a code, a bound, a route, a right
    answer or the keying of an item. It does not change with the order of the questions or with a translation, so that
    the same questionnaire in another language or order has the same one.

    Parameters
    ----------
    instrument : the instrument, or ``questionnaire.instrument``.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> fixed, mixed = survey.compose(["marker"]), survey.compose(["marker"], seed=3)
    >>> fingerprint(fixed.instrument) == fingerprint(mixed.instrument)
    True
    """
    language = instrument.languages[0]
    questions = sorted(
        (_question(entry, language) for entry in instrument.sequence), key=lambda row: row["id"]
    )
    used = {row["scale"] for row in questions}
    scales = [_scale(instrument, name, language) for name in sorted(used)]
    text = json.dumps([questions, scales], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _question(question: Item | Check, language: str) -> dict[str, Any]:
    row: dict[str, Any] = {"id": question.id, "text": question.text[language], "scale": question.scale}
    if isinstance(question, Check):
        return row | {"expected": question.expected}
    route = question.route and [question.route.question, sorted(question.route.codes)]
    return row | {"reversed": question.reversed, "route": route}


def _scale(instrument: Instrument, name: str, language: str) -> list[Any]:
    scale = instrument.scale(name)
    answers = [[code.value, code.label[language]] for code in scale.codes]
    missing = [[code.value, code.label[language]] for code in scale.missing]
    return [scale.id, scale.kind, scale.lower, scale.upper, answers, missing]
