"""A fielding for tests: units, tokens, and respondents whose answers are known beforehand."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mlbc_stats import field
from mlbc_stats.survey.instrument.item import Check
from mlbc_stats.survey.questionnaire.layout import offered
from mlbc_stats.survey.questionnaire.model import Questionnaire

FIELDING = field.Fielding(("mlbc_alignment",), languages=("de",), short="short", seed=1)
AGREES = {"consent": 1}


def invited(folder: Path, store: field.Store, units: int, informants: Sequence[str] = ()) -> list[str]:
    """Invite S000, S001, ... and return the tokens in that order."""
    rows = "".join(f"S{number:03d}\n" for number in range(units))
    (folder / "units.csv").write_text("unit_id\n" + rows, encoding="utf-8")
    field.invite(store, folder / "units.csv", folder / "lists", informants=informants)
    with (folder / "lists" / "page.csv").open(encoding="utf-8") as file:
        return [row["token"] for row in csv.DictReader(file)]


def answers(questionnaire: Questionnaire, seed: int) -> dict[str, Any]:
    """An answer to every question, reasons for no answer and blanks among them; nobody is routed away."""
    rng = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for question in questionnaire.questions:
        scale = questionnaire.instrument.scale(question.scale)
        codes = [*scale.values, *(code.value for code in offered(scale))]
        if scale.kind == "text":
            found[question.id] = f'=1+{seed}; "Größe"\nsecond line <script>alert(1)</script>'
        elif scale.kind == "number":
            found[question.id] = int(rng.integers(scale.lower or 0, 40))
        elif isinstance(question, Check):
            found[question.id] = question.expected
        elif rng.random() > 0.05:
            found[question.id] = int(rng.choice(codes))
    return found | {"phase": 3, "informant": 2}


def sends(
    questionnaire: Questionnaire, given: dict[str, Any], language: str = "en"
) -> Iterator[dict[str, Any]]:
    """The pages as the browser sends them, consent first, the last one marked."""
    pages = [("consent", ["consent"]), *((block.id, block.questions) for block in questionnaire.blocks)]
    for name, asked in pages:
        yield {
            "send": str(uuid.uuid4()),
            "page": name,
            "answers": {question: (AGREES | given).get(question) for question in asked},
            "seconds": 12.5,
            "pastes": 1,
            "trap": False,
            "language": language,
            "last": name == pages[-1][0],
        }
