"""A questionnaire in pages, in the languages that are exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item, Route
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.questionnaire.layout import Run, routes, runs
from mlbc_stats.survey.questionnaire.model import Block, Questionnaire


@dataclass(frozen=True, slots=True)
class Page:
    """One block of questions.

    Attributes
    ----------
    id, module : of the block and of the instrument file it comes from.
    words : texts before its first question, per language; the introduction among those of the first page.
    runs : its questions, rows of one grid together.
    moves : whether it may change places with its neighbours that move and come from the same file.
    shuffled : whether the rows of its grids may be shuffled.
    """

    id: str
    module: str
    words: tuple[Text, ...]
    runs: tuple[Run, ...]
    moves: bool
    shuffled: bool


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire as it goes to a platform.

    Attributes
    ----------
    questionnaire : cut to the languages exported.
    languages : of every text; the first one is shown first.
    pages : in the order asked.
    """

    questionnaire: Questionnaire
    languages: tuple[str, ...]
    pages: tuple[Page, ...]

    @property
    def instrument(self) -> Instrument:
        """The questions."""
        return self.questionnaire.instrument

    @property
    def name(self) -> str:
        """Short name of the questionnaire: that of the instrument asked first, and of the group of informants."""
        return "_".join(filter(None, (self.instrument.id, self.questionnaire.informant)))

    @property
    def consent(self) -> Text | None:
        """The consent text, per language; None where nobody is asked."""
        return self.instrument.consent

    @property
    def runs(self) -> Iterator[tuple[Page, Run]]:
        """Every run with its page."""
        return ((page, run) for page in self.pages for run in page.runs)

    def routes(self, question: Item | Check) -> tuple[Route, ...]:
        """All routes on the way to a question; it is shown unless one of their questions was answered otherwise."""
        return routes(self.instrument, question)


def make_form(questionnaire: Questionnaire, languages: Sequence[str] = (), by_route: bool = False) -> Form:
    """The questionnaire in pages, cut to the languages.

    Raises
    ------
    InstrumentError
        for a language that the questionnaire is not in.
    """
    known = questionnaire.instrument.languages
    chosen = tuple(dict.fromkeys(languages)) or known
    strange = [language for language in chosen if language not in known]
    if strange:
        raise InstrumentError(
            f"the questionnaire is not in {', '.join(strange)}, it is in: {', '.join(known)}; compose it with "
            f"languages={strange!r}"
        )
    cut = questionnaire if chosen == known else _cut(questionnaire, known, chosen)
    cut = replace(cut, instrument=replace(cut.instrument, languages=chosen))
    instrument = cut.instrument
    pages = [_page(cut, block, by_route) for block in cut.blocks]
    movers = Counter(page.module for page in pages if page.moves)
    pages = [replace(page, moves=page.moves and movers[page.module] > 1) for page in pages]
    if instrument.introduction is not None and pages:
        pages[0] = replace(pages[0], words=(instrument.introduction, *pages[0].words))
    return Form(cut, chosen, tuple(pages))


def _cut(value: Any, known: Sequence[str], chosen: Sequence[str]) -> Any:
    """The same with texts in the chosen languages alone, in their order."""
    if isinstance(value, dict) and value and set(value) == set(known):
        return {language: value[language] for language in chosen}
    if isinstance(value, tuple):
        return tuple(_cut(part, known, chosen) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{entry.name: _cut(getattr(value, entry.name), known, chosen) for entry in fields(value)}
        )
    return value


def _page(questionnaire: Questionnaire, block: Block, by_route: bool) -> Page:
    order = questionnaire.order
    return Page(
        id=block.id,
        module=block.module,
        words=block.words,
        runs=runs(questionnaire, block, by_route),
        moves=block.rated and order in ("blocks", "both") and not _awaits(questionnaire, block),
        shuffled=block.rated and order in ("items", "both"),
    )


def _awaits(questionnaire: Questionnaire, block: Block) -> bool:
    """Whether a question of the block is routed by one of a block that moves, so that it has to stay behind it."""
    rated = {name for other in questionnaire.blocks if other.rated for name in other.questions}
    routed = {
        item.id: item.route.question for item in questionnaire.instrument.items if item.route is not None
    }
    return any(routed.get(name) in rated for name in block.questions) or any(
        router in block.questions for router in routed.values()
    )
