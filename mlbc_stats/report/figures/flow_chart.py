"""Draw the way of cases from the file to the analysis: boxes below one another, who left beside the arrows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from mlbc_stats.errors import DataError
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import INK, SOFT_INK, TINT, attributes, finish_svg

WIDTH, BOX, LINE, PAD, ARROW = 560.0, 210.0, 17.0, 9.0, 22.0
ASIDE = 276.0
"""Left edge of the boxes of those who left."""
FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"
CHARACTERS = 42
"""Of a line in a side box."""


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One box, and who leaves on the way to the next.

    Attributes
    ----------
    lines : what stands in the box, the first line in bold.
    aside : lines of the box beside the arrow that leads on; none where nobody leaves.

    Examples
    --------
    >>> FlowStep(("Read", "600 cases"), ("29 set aside",)).aside
    ('29 set aside',)
    """

    lines: tuple[str, ...]
    aside: tuple[str, ...] = ()


def flow_chart(steps: Sequence[FlowStep], title: str = "Flow", synthetic: bool | None = None) -> Figure:
    """Boxes from top to bottom with an arrow between them, like the flow diagram of a trial report.

    Parameters
    ----------
    steps : in order, two at least.
    title, synthetic : as in `Figure`.

    Raises
    ------
    DataError
        fewer than two steps, or a step without text.

    References
    ----------
    Hopewell et al. (2025), CONSORT 2025, doi:10.1136/bmj-2024-081123 (form of the diagram).

    Examples
    --------
    >>> figure = flow_chart([FlowStep(("Read", "600 cases"), ("29 set aside",)), FlowStep(("Kept", "571 cases"))])
    >>> figure.description
    'Read, 600 cases. Leaving: 29 set aside. Kept, 571 cases.'
    """
    if len(steps) < 2 or not all(step.lines for step in steps):
        raise DataError("a flow needs two steps or more, each with a text")
    parts: list[str] = []
    y = 2.0
    for number, step in enumerate(steps):
        height = 2 * PAD + LINE * len(step.lines)
        parts += _box(2.0, y, BOX, height, step.lines, bold=True)
        y += height
        if number == len(steps) - 1:
            break
        lines = tuple(_wrapped(step.aside))
        side = 2 * PAD + LINE * len(lines) if lines else 0.0
        gap = max(side + 14.0, ARROW)
        parts += _arrow(2.0 + BOX / 2, y, 2.0 + BOX / 2, y + gap)
        if lines:
            middle = y + gap / 2
            parts += _arrow(2.0 + BOX / 2, middle, ASIDE, middle)
            parts += _box(ASIDE, middle - side / 2, WIDTH - ASIDE - 2.0, side, lines, bold=False)
        y += gap
    drawing = f'<svg viewBox="0 0 {WIDTH:g} {y + 2:g}"><g font-family="{escape(FONT)}" font-size="13">'
    spoken = " ".join(_spoken(step) for step in steps)
    svg = finish_svg(f"{drawing}{''.join(parts)}</g></svg>", title, spoken, bool(synthetic))
    return Figure(title, svg, spoken, (), synthetic, min_width=420, max_width=640, identifier="flow")


def _wrapped(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        first, *rest = textwrap.wrap(line, CHARACTERS) or [""]
        yield first
        yield from ("\u2003" + more for more in rest)


def _box(x: float, y: float, width: float, height: float, lines: Sequence[str], bold: bool) -> list[str]:
    frame = attributes(x=x, y=y, width=width, height=height, rx=4.0)
    texts = [
        f"<text{attributes(x=x + PAD, y=y + PAD + LINE * (k + 0.75), font_weight=700 if bold and not k else 400)}"
        f' style="fill: {INK}">{escape(line)}</text>'
        for k, line in enumerate(lines)
    ]
    return [f'<rect{frame} style="fill: {TINT}; stroke: {SOFT_INK}"/>', *texts]


def _arrow(x0: float, y0: float, x1: float, y1: float) -> list[str]:
    """A line with a filled head at its end, straight down or to the right."""
    down = x0 == x1
    head = (
        f"M{x1 - 4:g} {y1 - 8:g}L{x1:g} {y1:g}L{x1 + 4:g} {y1 - 8:g}z"
        if down
        else f"M{x1 - 8:g} {y1 - 4:g}L{x1:g} {y1:g}L{x1 - 8:g} {y1 + 4:g}z"
    )
    end = (x1, y1 - 6) if down else (x1 - 6, y1)
    line = f'<path d="M{x0:g} {y0:g}L{end[0]:g} {end[1]:g}" style="stroke: {SOFT_INK}; stroke-width: 1.2"/>'
    return [line, f'<path d="{head}" style="fill: {SOFT_INK}"/>']


def _spoken(step: FlowStep) -> str:
    left = f" Leaving: {'; '.join(step.aside)}." if step.aside else ""
    return f"{', '.join(step.lines)}.{left}"
