"""The sheet as one self-contained HTML page, to print or to read on a phone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def page_html(sheet: dict[str, Any]) -> bytes:
    """The page; every text is escaped."""
    return _environment().get_template("printable.html").render(**sheet).encode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("mlbc_stats.survey.exporters")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
