"""The options by which a questionnaire is composed, shared by the commands that show and export one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mlbc_stats.survey.questionnaire.model import Questionnaire


@dataclass(frozen=True, slots=True)
class Composing:
    """What is asked of whom, in which words and order."""

    informant: Annotated[
        str | None,
        typer.Option(
            "--informant", help="management, technical, internal_user or external_user; all by default."
        ),
    ] = None
    short: Annotated[bool, typer.Option("--short", help="Ask the short forms.")] = False
    period: Annotated[
        str | None,
        typer.Option("--period", help="For panels: the time between waves, such as 'the last three months'."),
    ] = None
    order: Annotated[
        str | None,
        typer.Option("--order", help="fixed, items, blocks or both; both when a seed is given, else fixed."),
    ] = None
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the shuffling.")] = None
    controller: Annotated[
        str | None,
        typer.Option("--controller", help="Who is responsible for the data; told in the consent text."),
    ] = None
    retention: Annotated[
        str | None, typer.Option("--retention", help="How long the data are kept; told in the consent text.")
    ] = None

    def compose(self, names: Sequence[str], languages: Sequence[str] = ()) -> Questionnaire:
        """The questionnaire; what was typed in one language stands in all of them."""
        from mlbc_stats import survey

        source = survey.load_instrument(names[0]).languages[0]
        known = list(dict.fromkeys([source, *languages]))

        def told(text: str | None) -> dict[str, str] | None:
            return dict.fromkeys(known, text) if text else None

        return survey.compose(
            names,
            informant=self.informant,
            short=self.short,
            period=told(self.period) or False,
            languages=known[1:],
            order=self.order,
            seed=self.seed,
            controller=told(self.controller),
            retention=told(self.retention),
        )
