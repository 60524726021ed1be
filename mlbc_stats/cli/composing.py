"""The options by which a questionnaire is composed, shared by the commands that show, export and serve one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mlbc_stats.survey.questionnaire.model import Questionnaire


@dataclass(frozen=True, slots=True)
class Shaping:
    """In which words and order a questionnaire is asked, whoever answers."""

    short: Annotated[bool, typer.Option("--short", help="Ask the short forms.")] = False
    period: Annotated[
        list[str] | None,
        typer.Option(
            "--period",
            help="For panels: the time between waves, such as 'the last three months'; TEXT or LANGUAGE=TEXT.",
        ),
    ] = None
    order: Annotated[
        str | None,
        typer.Option("--order", help="fixed, items, blocks or both; both when a seed is given, else fixed."),
    ] = None
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the shuffling.")] = None
    controller: Annotated[
        list[str] | None,
        typer.Option(
            "--controller",
            help="Who is responsible for the data, for the consent text; TEXT or LANGUAGE=TEXT.",
        ),
    ] = None
    retention: Annotated[
        list[str] | None,
        typer.Option(
            "--retention", help="How long data are kept, for the consent text; TEXT or LANGUAGE=TEXT."
        ),
    ] = None

    def arguments(self, known: Sequence[str]) -> dict[str, Any]:
        """As fields of a `Fielding`; what was typed in one language stands in all that are known."""
        return {
            "short": "short" if self.short else "",
            "period": by_language(self.period, known),
            "order": self.order,
            "seed": self.seed,
            "controller": by_language(self.controller, known),
            "retention": by_language(self.retention, known),
        }


AS_WRITTEN = Shaping()
"""The full forms in their own order."""


@dataclass(frozen=True, slots=True)
class Composing(Shaping):
    """What is asked of whom, in which words and order."""

    informant: Annotated[
        str | None,
        typer.Option(
            "--informant", help="management, technical, internal_user or external_user; all by default."
        ),
    ] = None

    def compose(self, names: Sequence[str], languages: Sequence[str] = ()) -> Questionnaire:
        """The questionnaire of one group, or of everybody."""
        from mlbc_stats import survey

        known = languages_of(names, languages)
        shape = self.arguments(known)
        shape |= {"period": shape["period"] or False}
        return survey.compose(names, informant=self.informant, languages=known[1:], **shape)


def languages_of(names: Sequence[str], languages: Sequence[str]) -> list[str]:
    """The source language of the first instrument, then those named."""
    from mlbc_stats import survey

    return list(dict.fromkeys([survey.load_instrument(names[0]).languages[0], *languages]))


def by_language(given: Sequence[str] | None, known: Sequence[str]) -> dict[str, str] | None:
    """Language → text of what was given as TEXT, which stands in all languages, or LANGUAGE=TEXT.

    Examples
    --------
    >>> by_language(["de=zehn Jahre", "ten years"], ["en", "de"])
    {'en': 'ten years', 'de': 'zehn Jahre'}
    """
    texts: dict[str, str] = {}
    for entry in sorted(given or (), key=lambda entry: entry.partition("=")[0] in known):
        language, _, text = entry.partition("=")
        texts |= {language: text} if language in known else dict.fromkeys(known, entry)
    return texts or None
