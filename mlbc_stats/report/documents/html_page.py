"""Put prose, tables and figures on one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import DataError
from mlbc_stats.report.documents.blocks import Block, Notice
from mlbc_stats.report.documents.content import Content, spoken
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.render.sheet import REAL_NOTE
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATE = "report.html"
NEEDED = re.compile(r'<table class="need-(\d+)')


def html_page(document: Content) -> str:
    """The page as HTML.

    Raises
    ------
    DataError
        when a block is none of the kinds that a section can hold.
    """
    from markupsafe import Markup

    sections, search = _render(document), _search()
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            document=document,
            sections=sections,
            widths=_widths(sections),
            manifest=_entries(document.manifest),
            search=Markup(search),
            search_hash=base64.b64encode(hashlib.sha256(search.encode("utf-8")).digest()).decode("ascii"),
        )
    )


@cache
def _search() -> str:
    """The one script of a page: it finds parts by words, and the page works without it."""
    return (files("mlbc_stats.report") / "templates" / "search.js").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("mlbc_stats.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(document: Content) -> list[dict[str, Any]]:
    """Sections as the template reads them: title, id and blocks (kind, content)."""
    taken: set[str] = {"content", "contents", "manifest"}
    numbers = {Table: 0, Figure: 0}
    rendered = []
    for section in document.sections:
        identifier = _unique(section.identifier or section.title, taken)
        blocks = [_block(block, document, numbers, taken) for block in section.blocks]
        rendered.append({"title": section.title, "id": identifier, "blocks": blocks})
    return rendered


def _widths(sections: list[dict[str, Any]]) -> list[int]:
    """The widths below which some table of the page is stacked."""
    drawn = (str(content) for section in sections for kind, content in section["blocks"] if kind == "drawn")
    return sorted({int(width) for text in drawn for width in NEEDED.findall(text)})


def _block(block: Block, document: Content, numbers: dict[type, int], taken: set[str]) -> tuple[str, object]:
    from markupsafe import Markup

    if isinstance(block, str):
        return ("paragraph", block)
    if isinstance(block, Notice):
        return ("notice", block.text)
    if isinstance(block, Table | Figure):
        word = type(block).__name__
        numbers[type(block)] += 1
        number = numbers[type(block)]
        named = replace(block, identifier=_unique(block.identifier or f"{word} {number}", taken))
        marked = _marked(named, document)
        drawn = marked.to_html(f"{word} {number}.")
        if isinstance(marked, Table) and document.interactive:
            drawn = drawn.replace("</figure>", f"{_download(marked)}</figure>")
        return ("drawn", Markup(drawn))
    if isinstance(block, Sequence) and all(isinstance(point, str) for point in block):
        return ("points", list(block))
    raise DataError(f"a section holds texts, notices, tables and figures, not {type(block).__name__}")


def _download(table: Table) -> str:
    """A link that saves the table in full precision; it holds the file itself."""
    content = base64.b64encode(table.to_csv().encode("utf-8")).decode("ascii")
    name = escape(table.identifier)
    return (
        f'<p class="download"><a download="{name}.csv" href="data:text/csv;charset=utf-8;base64,{content}">'
        f'Save as CSV<span class="for-readers"> ({escape(table.title)})</span></a></p>\n'
    )


def _marked(block: Table | Figure, document: Content) -> Table | Figure:
    """The block with its origin settled; on a stamped page real data say that they are real."""
    if block.synthetic is None:
        return block.marked(document.synthetic)
    if document.stamped and not block.synthetic:
        return replace(block, notes=(REAL_NOTE, *block.notes))
    return block


def _unique(text: str, taken: set[str]) -> str:
    """An id made of the text that nothing else on the page has; parts of a block add ``--`` and their name."""
    base = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"
    base = base if base[0].isalpha() else f"s-{base}"
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}.{count}"
    taken.add(name)
    return name


def _entries(mapping: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Pairs of name and text; nested mappings stay nested, lists become one line."""
    for name, value in mapping.items():
        if isinstance(value, Mapping):
            yield str(name), list(_entries(value))
        else:
            yield str(name), spoken(value)
