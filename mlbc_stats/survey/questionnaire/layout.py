"""How questions stand on a page: runs that share a scale as grids, everything else by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from mlbc_stats.survey.instrument.item import Check, Item, Route
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.instrument.scale import MissingCode, ResponseScale
from mlbc_stats.survey.questionnaire.model import Block, Questionnaire

OFFERED = ("not_applicable", "dont_know", "refused")
"""Reasons for no answer that a respondent may choose; the others are recorded."""
LONGEST_HEADING = 30
"""Characters of an answer that still stands at the head of a column; longer ones are descriptions to be read."""


@dataclass(frozen=True, slots=True)
class Run:
    """Questions that stand together.

    Attributes
    ----------
    name : of the grid whose rows they are, ``BLOCK__1``, ``BLOCK__2``, ...; empty for a question by itself.
    questions : in the order asked; one of them where there is no grid.
    scale : on which all are answered.
    """

    name: str
    questions: tuple[Item | Check, ...]
    scale: ResponseScale


def runs(questionnaire: Questionnaire, block: Block, by_route: bool = False) -> tuple[Run, ...]:
    """The runs of a block; `by_route` parts rows that are asked after different answers.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> questionnaire = survey.compose(["marker"])
    >>> [(run.name, len(run.questions)) for run in runs(questionnaire, questionnaire.blocks[0])]
    [('marker__1', 4)]
    """
    return tuple(_runs(questionnaire, block, by_route))


def offered(scale: ResponseScale) -> tuple[MissingCode, ...]:
    """The codes for no answer that a respondent can choose."""
    return tuple(code for code in scale.missing if code.reason in OFFERED)


def in_grid(instrument: Instrument, question: Item | Check) -> bool:
    """Whether it can be a row of a grid: ordered answers with short labels; checks go with their neighbours."""
    scale = instrument.scale(question.scale)
    measures = isinstance(question, Check) or bool(question.construct)
    brief = all(len(text) <= LONGEST_HEADING for code in scale.codes for text in code.label.values())
    return scale.kind == "ordinal" and measures and brief


def routes(instrument: Instrument, question: Item | Check) -> tuple[Route, ...]:
    """The routes on the way to a question, its own first; a question left blank on the way rules nothing out."""
    if isinstance(question, Check) or question.route is None:
        return ()
    router = next((item for item in instrument.items if item.id == question.route.question), None)
    return (question.route, *routes(instrument, router)) if router is not None else ()


def _runs(questionnaire: Questionnaire, block: Block, by_route: bool) -> Iterator[Run]:
    instrument = questionnaire.instrument
    by_id: dict[str, Item | Check] = {question.id: question for question in questionnaire.questions}
    asked = [by_id[name] for name in block.questions]

    def key(question: Item | Check) -> tuple[object, ...]:
        route = routes(instrument, question) if by_route else ()
        return question.scale, in_grid(instrument, question), route

    number = 0
    for (_, grid, _), run in groupby(asked, key=key):
        questions = tuple(run)
        scale = instrument.scale(questions[0].scale)
        number += bool(grid)
        if grid:
            yield Run(f"{block.id}__{number}", questions, scale)
        else:
            yield from (Run("", (question,), scale) for question in questions)
