"""Draw a fitted model as a path diagram, in SVG, with nothing but Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from mlbc_stats.report.diagram.arrows import INTERVAL_FONT, LABEL_FONTS, Route, extent, route
from mlbc_stats.report.diagram.curves import Rectangle
from mlbc_stats.report.diagram.layout import Box, lay_out, text_width
from mlbc_stats.report.diagram.nodes import Diagram, Show, read_diagram
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import INK, PAPER, SOFT_INK, TINT, attributes, finish_svg
from mlbc_stats.report.numbers import MINUS, format_interval, format_level, format_value
from mlbc_stats.report.tables.columns import frame_of
from mlbc_stats.report.tables.parameters import value_column

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel

MARGIN = 8.0
LEGIBLE = 0.54
"""The smallest scale at which estimates of paths are still more than eight pixels high."""
FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"
MARKERS = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="10" markerHeight="10" '
    f'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 1L10 5L0 9z" style="fill: {INK}"/>'
    '</marker><marker id="soft-tip" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
    f'<path d="M0 1L10 5L0 9z" style="fill: {SOFT_INK}"/></marker></defs>'
)
WORDS = {
    "regression": "{target} on {source}",
    "loading": "{source} measured by {target}",
    "weight": "{target} formed by {source}",
    "covariance": "{source} with {target}",
}


def path_diagram(
    parameters: pd.DataFrame | FittedModel,
    show: Show = "structural",
    labels: Mapping[str, str] | None = None,
    value: str = "",
    intervals: bool = True,
    level: float = 0.95,
    group: int = 1,
    title: str = "Path diagram",
    synthetic: bool | None = None,
) -> Figure:
    """Path diagram of a fitted model, causes to the left, effects to the right.

    Ovals are latent variables, rectangles observed ones, hexagons composites. A path is the thicker the
    stronger it is and dashed when its interval includes zero; curved lines with two heads are covariances.
    Variables that paths explain carry their R².

    Parameters
    ----------
    parameters : a fit; or its ``standardized`` (columns lhs, op, rhs, est_std, ci_lower, ci_upper), so that the
        intervals are those of the standardized values; or its ``parameters``, whose intervals are not, so that
        they only decide which lines are dashed.
    show : ``"structural"`` paths only; ``"facets"`` adds latent indicators; ``"measurement"`` adds all.
    labels : variable → what to print; long ones are wrapped.
    value : the column to print; by default est_std, else std_all, else est.
    intervals : whether to print intervals below the estimates of paths.
    level : confidence level of the intervals in the table.
    group : which group, where there are several.
    title, synthetic : as in `Figure`.

    Raises
    ------
    DataError
        an unknown `show`, a missing column, or nothing to draw.

    Notes
    -----
    Columns follow Sugiyama, Tagawa & Toda (1981), doi 10.1109/TSMC.1981.4308636. In R: ``semPlot::semPaths``.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"lhs": ["f", "g", "g"], "op": ["=~", "=~", "~"], "rhs": ["x", "y", "f"],
    ...                      "std_all": [0.7, 0.8, 0.31]})
    >>> path_diagram(rows, synthetic=True).description
    'g on f: 0.31.'
    """
    rows = frame_of(parameters, "standardized")
    diagram = read_diagram(rows, show, value, group)
    layout = lay_out(diagram, labels)
    routes = route(diagram, layout, intervals)
    around = extent(layout, routes)
    names = {name: (labels or {}).get(name, name) for name in layout.boxes}
    spoken = " ".join(_spoken(path, names, level) for path in routes)
    drawing = _svg(diagram, list(layout.boxes.values()), routes, around)
    width = around.right - around.left + 2 * MARGIN
    return Figure(
        title=title,
        svg=finish_svg(drawing, title, spoken, bool(synthetic)),
        description=spoken,
        notes=_notes(diagram, value or value_column(list(rows.columns)), level),
        synthetic=synthetic,
        min_width=round(LEGIBLE * width),
        max_width=round(max(1.15 * width, 420)),
    )


def _svg(diagram: Diagram, boxes: Sequence[Box], routes: Sequence[Route], around: Rectangle) -> str:
    left, top = around.left - MARGIN, around.top - MARGIN
    wide, tall = around.right - around.left + 2 * MARGIN, around.bottom - around.top + 2 * MARGIN
    ordered = sorted(routes, key=lambda path: path.arrow.kind == "regression")
    return "".join(
        [
            f'<svg viewBox="{left:.1f} {top:.1f} {wide:.1f} {tall:.1f}">{MARKERS}',
            f'<g fill="none">{"".join(_line(path) for path in ordered)}</g>',
            f'<g font-family="{escape(FONT, {chr(34): "&quot;"})}" text-anchor="middle">',
            *(_node(box, diagram) for box in boxes),
            *(_label(path) for path in ordered),
            "</g></svg>",
        ]
    )


def _line(path: Route) -> str:
    arrow = path.arrow
    main = arrow.kind == "regression"
    width = 1.3 + 2.2 * min(abs(arrow.value), 1.0) if main and arrow.value == arrow.value else 1.1
    tip = "tip" if main else "soft-tip"
    ends = {"marker_end": f"url(#{tip})"}
    if arrow.kind == "covariance":
        ends["marker_start"] = f"url(#{tip})"
    dashes = {"stroke_dasharray": "6 5" if main else "4 3.5"} if arrow.dashed else {}
    style = f"stroke: {INK if main else SOFT_INK}"
    return f"<path{attributes(d=path.curve.path(), stroke_width=width, style=style, **dashes, **ends)}/>"


def _node(box: Box, diagram: Diagram) -> str:
    explained = diagram.explained.get(box.name) if box.name in diagram.structural else None
    share = [] if explained is None else [f"R² {format_value(explained, 'short')}"]
    heights = [box.font * 1.2] * len(box.lines) + [box.font] * len(share)
    y = box.y - sum(heights) / 2
    texts = []
    for line, height in zip([*box.lines, *share], heights, strict=True):
        small = line in share
        size = box.font * (0.78 if small else 1.0)
        look = attributes(
            x=box.x, y=y + 0.76 * height, font_size=size, style=f"fill: {SOFT_INK if small else INK}"
        )
        texts.append(f"<text{look}>{escape(line)}</text>")
        y += height
    return _shape(box) + "".join(texts)


def _shape(box: Box) -> str:
    style = f"fill: {TINT}; stroke: {INK}"
    wide, tall = box.width / 2, box.height / 2
    if box.shape == "oval":
        look = attributes(cx=box.x, cy=box.y, rx=wide, ry=tall, stroke_width=1.3, style=style)
        return f"<ellipse{look}/>"
    if box.shape == "hexagon":
        xs = (-wide, -0.78 * wide, 0.78 * wide, wide, 0.78 * wide, -0.78 * wide)
        ys = (0.0, -tall, -tall, 0.0, tall, tall)
        points = " ".join(f"{box.x + x:.1f},{box.y + y:.1f}" for x, y in zip(xs, ys, strict=True))
        return f"<polygon{attributes(points=points, stroke_width=1.3, style=style)}/>"
    corner = attributes(x=box.x - wide, y=box.y - tall, width=box.width, height=box.height)
    return f"<rect{corner}{attributes(stroke_width=1.1, style=style)}/>"


def _label(path: Route) -> str:
    """The estimate and its interval, each on a slip of paper, so that lines below do not disturb."""
    main = path.arrow.kind == "regression"
    sizes = (LABEL_FONTS[path.arrow.kind], INTERVAL_FONT)
    x, y = path.label[0], path.room.top
    parts = []
    for line, size, weight in zip(path.lines, sizes, (600, 400), strict=False):
        wide = text_width(line, size) + 2
        slip = attributes(x=x - wide / 2, y=y, width=wide, height=1.15 * size, style=f"fill: {PAPER}")
        look = attributes(x=x, y=y + 0.9 * size, font_size=size, font_weight=weight if main else 400)
        parts.append(
            f'<rect{slip}/><text{look} style="fill: {INK if main else SOFT_INK}">{escape(line)}</text>'
        )
        y += 1.12 * size
    return "".join(parts)


def _spoken(path: Route, names: Mapping[str, str], level: float) -> str:
    arrow = path.arrow
    what = WORDS[arrow.kind].format(source=names[arrow.source], target=names[arrow.target])
    value = format_value(arrow.value, "short", MINUS)
    known = arrow.lower == arrow.lower and arrow.kind == "regression"
    interval = format_interval(arrow.lower, arrow.upper, level, "short_interval", MINUS) if known else ""
    return f"{what}: {value} {interval}".rstrip() + "."


def _notes(diagram: Diagram, value: str, level: float) -> tuple[str, ...]:
    kind = {
        **dict.fromkeys(("est_std", "std_all"), "Standardized estimates"),
        "std_lv": "Estimates standardized by latent variables",
    }
    shapes = "Ovals are latent variables" + (", hexagons composites" if diagram.composites else "")
    lines = (
        f"dashed where the {format_level(level)} interval includes zero; two-headed curves are covariances"
    )
    return (f"{kind.get(value, 'Unstandardized estimates')}. {shapes}, rectangles observed; {lines}.",)
