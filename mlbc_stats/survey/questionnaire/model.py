"""The questionnaire that gets fielded: what one group of respondents is asked, in which order and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mlbc_stats.showing import Shown
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.instrument.model import Instrument

Order = Literal["fixed", "items", "blocks", "both"]


@dataclass(frozen=True, slots=True)
class Block:
    """Questions that stand together.

    Attributes
    ----------
    id : unique in the questionnaire.
    module : id of the instrument file its questions come from.
    words : texts shown before its first question, per language.
    questions : ids of items and checks in the order asked.
    rated : whether all its items measure and share one scale, so that they can be asked as a grid.
    """

    id: str
    module: str
    words: tuple[Text, ...]
    questions: tuple[str, ...]
    rated: bool


@dataclass(frozen=True, slots=True, repr=False)
class Questionnaire(Shown):
    """Everything needed to ask and, later, to read the answers.

    Attributes
    ----------
    instrument : one instrument with all questions in the order asked, each in the words that are shown; readers,
        screening and scoring take it.
    blocks : the same questions in blocks.
    sources : (id, version) of every instrument file in it.
    informant : the group asked; None for a questionnaire for everybody, in the words for everybody.
    short_form : name of the short form; empty for the full one.
    period : the period between waves, per language; None for a single wave.
    order, seed : what is shuffled, and by which seed; None when nothing is.
    minutes : time to read and answer everything.
    remarks : what was left out or resolved, in words.
    controller, retention : who is responsible for the data and how long they are kept, per language; both are told at
        the end of the instrument's consent text.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> questionnaire = survey.compose(["marker"])
    >>> isinstance(questionnaire, Questionnaire), len(questionnaire.questions)
    (True, 4)
    """

    instrument: Instrument
    blocks: tuple[Block, ...]
    sources: tuple[tuple[str, str], ...]
    informant: str | None
    short_form: str
    period: Text | None
    order: Order
    seed: int | None
    minutes: float
    remarks: tuple[str, ...]
    controller: Text | None = None
    retention: Text | None = None

    def _facts(self) -> Mapping[str, object]:
        return {
            "sources": [f"{name} {version}" for name, version in self.sources],
            "for": self.informant or "everybody",
            "short form": self.short_form,
            "questions": len(self.questions),
            "blocks": len(self.blocks),
            "minutes": self.minutes,
            "remarks": len(self.remarks),
        }

    @property
    def questions(self) -> tuple[Item | Check, ...]:
        """Items and checks in the order asked."""
        return self.instrument.sequence
