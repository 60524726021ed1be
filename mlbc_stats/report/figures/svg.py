"""Make an SVG drawing fit to stand inside a page: named, described, stamped, with ids of its own."""

from __future__ import annotations

import re
from html import escape
from xml.sax.saxutils import escape as escape_text

from mlbc_stats.errors import DataError
from mlbc_stats.report.render.sheet import SYNTHETIC

INK = "#1b1f24"
"""The one colour of text and lines that a page may replace in its dark scheme."""
SOFT_INK = "#5b6570"
"""The same for lines and texts of second rank."""
PAPER = "#fffffe"
"""The colour of what lies behind text inside a drawing, replaced likewise."""
TINT = "#eef3f8"
"""The colour inside the shapes of a path diagram, replaced likewise."""
STAMP = "#b3261e"
"""The colour of the watermark, replaced likewise."""

REFERENCE = re.compile(r'(\bid=")([^"]+)(")|((?:xlink:)?href="#)([^"]+)(")|(url\(#)([^)]+)(\))')


def finish_svg(drawing: str, title: str, description: str, synthetic: bool = False) -> str:
    """The drawing with title and description for screen readers, and a watermark when it is synthetic.

    Parameters
    ----------
    drawing : SVG text with a ``viewBox``; prolog, metadata, width and height are dropped so that it scales.
    title, description : plain texts, escaped here; they become ``<title>`` and ``<desc>``.
    synthetic : whether to lay the word SYNTHETIC over it, once.

    Raises
    ------
    DataError
        when the text holds no ``<svg>`` element with a ``viewBox``.

    Examples
    --------
    >>> svg = finish_svg('<svg viewBox="0 0 9 9"></svg>', "A & B", "Two letters.", synthetic=True)
    >>> "<title" in svg and "A &amp; B" in svg and "SYNTHETIC" in svg
    True
    """
    inner = inner_svg(drawing)
    x, y, width, height = view_box(drawing)
    mark = watermark(x, y, width, height) if synthetic and not is_stamped(drawing) else ""
    spoken = f"{SYNTHETIC} data. {description}" if synthetic else description
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{x:g} {y:g} {width:g} {height:g}" role="img" aria-labelledby="title desc">'
        f'<title id="title">{escape_text(title)}</title><desc id="desc">{escape_text(spoken)}</desc>'
        f"{inner}{mark}</svg>"
    )


def inner_svg(drawing: str) -> str:
    """What stands inside the ``<svg>`` element, without metadata, title and description."""
    match = re.search(r"<svg\b[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if match is None:
        raise DataError("the drawing holds no <svg> element")
    return re.sub(r"<(metadata|title|desc)\b.*?</\1>", "", match.group(1), flags=re.DOTALL).strip()


def view_box(drawing: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of the drawing in its own units."""
    match = re.search(r'<svg\b[^>]*\bviewBox="([^"]+)"', drawing)
    if match is None:
        raise DataError("the drawing's <svg> element has no viewBox")
    x, y, width, height = (float(part) for part in match.group(1).replace(",", " ").split())
    return x, y, width, height


def watermark(x: float, y: float, width: float, height: float) -> str:
    """The word SYNTHETIC across the drawing, pale enough to read what lies under it."""
    size = min(width / 6.5, height / 1.6, 90.0)
    return (
        f'<text class="watermark" x="{x + width / 2:g}" y="{y + height / 2:g}" font-size="{size:g}" '
        f'font-family="sans-serif" font-weight="700" text-anchor="middle" dominant-baseline="middle" '
        f'style="fill: {STAMP}; fill-opacity: 0.11" pointer-events="none" '
        f'transform="rotate(-18 {x + width / 2:g} {y + height / 2:g})">{SYNTHETIC}</text>'
    )


def is_stamped(drawing: str) -> bool:
    """Whether the drawing carries the watermark."""
    return '<text class="watermark"' in drawing


def own_ids(drawing: str, prefix: str) -> str:
    """The drawing with every id, and every reference to one, led by `prefix`: several can share a page.

    Examples
    --------
    >>> own_ids('<a id="p"/><use href="#p"/>', "f1")
    '<a id="f1--p"/><use href="#f1--p"/>'
    """

    def rename(match: re.Match[str]) -> str:
        before, name, after = (part for part in match.groups() if part is not None)
        return f"{before}{prefix}--{name}{after}"

    renamed = REFERENCE.sub(rename, drawing)
    return renamed.replace(
        'aria-labelledby="title desc"', f'aria-labelledby="{prefix}--title {prefix}--desc"'
    )


def themed(drawing: str) -> str:
    """The drawing with these colours as CSS variables in its ``style``, so that a dark scheme reaches it."""
    names = {INK: "ink", SOFT_INK: "soft-ink", PAPER: "paper", TINT: "tint", STAMP: "stamp"}
    for colour, name in names.items():
        drawing = drawing.replace(f"fill: {colour}", f"fill: var(--{name}, {colour})")
        drawing = drawing.replace(f"stroke: {colour}", f"stroke: var(--{name}, {colour})")
    return drawing


def attributes(**values: object) -> str:
    """Attributes of an element, escaped; underscores in names become hyphens, floats keep four digits."""
    texts = {key: f"{value:.4g}" if isinstance(value, float) else str(value) for key, value in values.items()}
    return "".join(f' {key.replace("_", "-").strip("-")}="{escape(text)}"' for key, text in texts.items())
