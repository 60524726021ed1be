"""Write a form as one HTML page to be printed and filled in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlbc_stats.survey.content.forms.design import Block, FormDesign
from mlbc_stats.survey.content.forms.judgment_tasks import ALWAYS, meanings

if TYPE_CHECKING:
    from jinja2 import Template


def write_page(design: FormDesign, blocks: Sequence[Block], judge: str, path: Path) -> None:
    """Write the form of one judge; nothing is loaded from elsewhere, every text is escaped."""
    about = design.instrument
    numbers = iter(range(1, len(design.cells) + 1))
    rendered = [
        {
            "heading": design.heading(block.construct) if block.construct else "",
            "rows": [(next(numbers), design.text(item)) for item in block.items],
        }
        for block in blocks
    ]
    definitions = [design.instrument.construct(name) for name in design.constructs]
    text = _template().render(
        design=design,
        judge=judge,
        title=about.title[about.languages[0]],
        instructions=(*design.kind.instructions, *ALWAYS),
        meanings=[meanings(question) for question in design.questions],
        definitions=[design.heading(c) for c in definitions] if design.kind.name == "sort" else [],
        blocks=rendered,
    )
    path.write_text(text, encoding="utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mlbc_stats.survey.content"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("form.html")
