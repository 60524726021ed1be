"""Draw with matplotlib and seaborn without their global state, and hand back scalable text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import INK, SOFT_INK, finish_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

WIDTH = 4.8
"""Inches. Drawn this narrow, nine-point text is still about nine pixels high on a phone."""

STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "mlbc-stats",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Helvetica", "Arial", "sans-serif"],
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT_INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.linewidth": 0.8,
}


def draw(
    paint: Callable[[Axes], None],
    height: float,
    title: str,
    description: str,
    notes: tuple[str, ...] = (),
    synthetic: bool | None = None,
    width: float = WIDTH,
) -> Figure:
    """A figure of one pair of axes that `paint` fills.

    Parameters
    ----------
    paint : draws on the axes it is given; it must not call pyplot.
    height, width : inches; a page scrolls what is wider than `WIDTH`, so that its text stays legible.
    title, description, notes, synthetic : as in `Figure`.

    Examples
    --------
    >>> draw(lambda axes: axes.set_axis_off(), 1.0, "Nothing", "An empty drawing.").synthetic is None
    True
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas

    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        canvas = Canvas(figsize=(width, height))
        paint(canvas.subplots())
        drawing = _as_svg(canvas)
    svg = finish_svg(drawing, title, description, bool(synthetic))
    return Figure(
        title,
        svg,
        description,
        notes,
        synthetic,
        min_width=0 if width <= WIDTH else round(72 * width),
        max_width=round(125 * width),
    )


def place(axes: Axes, left: float, bottom: float, right: float, top: float) -> None:
    """Set the margins around the axes, in inches."""
    canvas = axes.get_figure()
    if canvas is not None:
        width, height = canvas.get_size_inches()  # type: ignore[union-attr]
        axes.set_position(
            (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
        )


def _as_svg(canvas: Canvas) -> str:
    buffer = io.StringIO()
    canvas.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = re.sub(r"<style\b.*?</style>", "", buffer.getvalue(), flags=re.DOTALL)
    opening, inner = re.split(r"(?<=>)", text[text.index("<svg") :], maxsplit=1)
    return (
        f'{opening}<g stroke-linejoin="round" stroke-linecap="butt">{inner.replace("</svg>", "</g></svg>")}'
    )
