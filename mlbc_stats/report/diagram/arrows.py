"""Draw every arrow of a path diagram as a curve and find a free spot for its label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mlbc_stats.report.diagram.curves import Curve, Point, Rectangle, bent, border, frame, straight, through
from mlbc_stats.report.diagram.layout import Box, Layout, text_width
from mlbc_stats.report.diagram.nodes import Arrow, Diagram
from mlbc_stats.report.numbers import MINUS, format_value

SPOTS = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8, 0.15, 0.85)
"""Where along a curve a label may stand, in order of preference."""
LABEL_FONTS = {"regression": 16.0, "covariance": 13.0, "loading": 12.5, "weight": 12.5}
INTERVAL_FONT = 12.0
PASSES = 2
"""How often every label looks for a spot, the second time knowing where all others are."""
BOWS = (44.0, -44.0, 70.0, -70.0)
"""How far a covariance between columns may bend, in order of preference."""
HANDLES = (0.4, 0.55, 0.7, 0.9)
"""How far a covariance between indicators reaches out, as shares of their distance."""
WAYS = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "above": (0.0, -1.0), "below": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow with its curve, its label's lines, the label's centre and the room it takes."""

    arrow: Arrow
    curve: Curve
    lines: tuple[str, ...]
    label: Point
    room: Rectangle


def route(diagram: Diagram, layout: Layout, intervals: bool = True) -> list[Route]:
    """Curves and label places for all arrows, paths first, since their labels matter most.

    Examples
    --------
    >>> from mlbc_stats.report.diagram.layout import lay_out
    >>> path = Arrow("x", "y", "regression", 0.3, 0.1, 0.5, False)
    >>> diagram = Diagram(("x", "y"), {}, frozenset(), frozenset(), (path,), {})
    >>> route(diagram, lay_out(diagram))[0].lines
    ('0.30', '[0.10, 0.50]')
    """
    order = {"regression": 0, "covariance": 1}
    arrows = sorted(diagram.arrows, key=lambda arrow: order.get(arrow.kind, 2))
    curves = [_curve(arrow, diagram, layout) for arrow in arrows]
    points = [curve.samples() for curve in curves]
    boxes = [frame(box, 3.0) for box in layout.boxes.values()]
    lines = [label_lines(arrow, intervals) for arrow in arrows]
    spots: dict[int, tuple[Point, Rectangle]] = {}
    for index in [*range(len(arrows))] * PASSES:
        others = [point for other, line in enumerate(points) if other != index for point in line]
        taken = [*boxes, *(room for other, (_, room) in spots.items() if other != index)]
        spots[index] = _spot(curves[index], _size(arrows[index], lines[index]), taken, others)
    return [
        Route(arrow, curve, text, *spots[index])
        for index, (arrow, curve, text) in enumerate(zip(arrows, curves, lines, strict=True))
    ]


def label_lines(arrow: Arrow, intervals: bool) -> tuple[str, ...]:
    """The estimate, and below it the interval of a structural path where the table has one."""
    value = format_value(arrow.value, "short", MINUS)
    if intervals and arrow.kind == "regression" and arrow.lower == arrow.lower:
        return (value, format_value((arrow.lower, arrow.upper), "short_interval", MINUS))
    return (value,)


def _curve(arrow: Arrow, diagram: Diagram, layout: Layout) -> Curve:
    source, target = layout.boxes[arrow.source], layout.boxes[arrow.target]
    pair = (arrow.source, arrow.target)
    if arrow.kind == "covariance":
        return _covariance(arrow, diagram, layout)
    if pair in layout.waypoints:
        stops = layout.waypoints[pair]
        return through([border(source, stops[0]), *stops, border(target, stops[-1])])
    if pair in layout.backward or pair[::-1] in layout.backward:
        return _bow(source, target, 24.0)
    if arrow.target in diagram.parents and target.shape == "rectangle":
        end = _face(target, _outward(arrow.target, diagram, layout), -1)
        return straight(border(source, end), end)
    return straight(border(source, (target.x, target.y)), border(target, (source.x, source.y)))


def _bow(source: Box, target: Box, offset: float) -> Curve:
    """A bent line between two boxes that meets their borders where it points at them."""
    rough = bent((source.x, source.y), (target.x, target.y), offset)
    return bent(border(source, rough.at(0.3)), border(target, rough.at(0.7)), offset)


def _covariance(arrow: Arrow, diagram: Diagram, layout: Layout) -> Curve:
    source, target = layout.boxes[arrow.source], layout.boxes[arrow.target]
    if {arrow.source, arrow.target} <= set(diagram.parents):
        return _around(source, target, diagram, layout)
    if abs(source.x - target.x) > 1.0:
        return _clearest([_bow(source, target, offset) for offset in BOWS], source, target, layout)
    return _arc(source, target, _outward(arrow.source, diagram, layout)[0], layout)


def _arc(source: Box, target: Box, sign: float, layout: Layout) -> Curve:
    """Between two structural boxes of one column: the farther apart, the wider."""
    upper, lower = (source, target) if source.y < target.y else (target, source)
    reach = 22.0 + 27.0 * (_apart(upper, lower, layout) - 1)
    start, end = (
        border(box, (box.x + sign * box.width, box.y + down * 0.35 * box.height))
        for box, down in ((upper, 1), (lower, -1))
    )
    handle = sign * 4 / 3 * reach
    return Curve(((start, (start[0] + handle, start[1]), (end[0] + handle, end[1]), end),))


def _around(source: Box, target: Box, diagram: Diagram, layout: Layout) -> Curve:
    """Between two indicators: out on the far side of one, in on the far side of the other."""
    directions = [_outward(box.name, diagram, layout) for box in (source, target)]
    start, end = (_face(box, way, 1) for box, way in zip((source, target), directions, strict=True))
    together = directions[0] == directions[1]
    apart = math.dist(start, end)
    handles = [14.0 + 0.3 * apart] if together else [30.0 + share * apart for share in HANDLES]
    curves = []
    for handle in handles:
        first, second = (
            (point[0] + handle * way[0], point[1] + handle * way[1])
            for point, way in zip((start, end), directions, strict=True)
        )
        curves.append(Curve(((start, first, second, end),)))
    return _clearest(curves, source, target, layout)


def _clearest(curves: Sequence[Curve], source: Box, target: Box, layout: Layout) -> Curve:
    """The curve that runs over least of the other boxes; the first of equals."""
    others = [frame(box, 4.0) for box in layout.boxes.values() if box.name not in (source.name, target.name)]
    return min(curves, key=lambda curve: sum(box.holds(point) for box in others for point in curve.samples()))


def _face(box: Box, way: Point, sign: int) -> Point:
    """The middle of the side of a box that looks along `way` (or, with −1, against it)."""
    return (box.x + sign * way[0] * box.width / 2, box.y + sign * way[1] * box.height / 2)


def _apart(upper: Box, lower: Box, layout: Layout) -> int:
    """How many places of the same column lie between two boxes, plus one."""
    names = [box for box in layout.boxes.values() if abs(box.x - upper.x) < 1.0]
    return 1 + sum(upper.y < box.y < lower.y for box in names)


def _outward(name: str, diagram: Diagram, layout: Layout) -> Point:
    """Where a covariance leaves a variable: away from paths, and from its indicators where drawn."""
    root = name
    while root in diagram.parents:
        root = diagram.parents[root]
    side = layout.sides[root]
    if root != name:
        return WAYS[side]
    crowded = name in diagram.parents.values()
    leftward = (side == "left") != (crowded and side in ("left", "right"))
    return (-1.0, 0.0) if leftward else (1.0, 0.0)


def _size(arrow: Arrow, lines: Sequence[str]) -> tuple[float, float]:
    font = LABEL_FONTS[arrow.kind]
    widths = [text_width(lines[0], font), *(text_width(line, INTERVAL_FONT) for line in lines[1:])]
    return max(widths) + 4, font * 1.1 + INTERVAL_FONT * 1.15 * (len(lines) - 1)


def _spot(
    curve: Curve, size: tuple[float, float], taken: Sequence[Rectangle], others: Sequence[Point]
) -> tuple[Point, Rectangle]:
    """The spot along the curve whose label covers least of boxes, other labels and other arrows."""
    near = _around_curve(curve, size)
    taken = [room for room in taken if near.overlap(room) > 0]
    others = [point for point in others if near.holds(point)]
    options = []
    for rank, share in enumerate(SPOTS):
        x, y = curve.at(share)
        room = Rectangle(x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)
        covered = sum(room.overlap(other) for other in taken)
        crossed = sum(room.holds(point) for point in others)
        options.append((40.0 * covered + 25.0 * crossed + rank, rank, (x, y), room))
    _, _, label, room = min(options, key=lambda option: option[:2])
    return label, room


def _around_curve(curve: Curve, size: tuple[float, float]) -> Rectangle:
    """The rectangle that holds every place a label on the curve may take."""
    xs, ys = zip(*curve.samples(), strict=True)
    wide, tall = size[0] / 2, size[1] / 2
    return Rectangle(min(xs) - wide, min(ys) - tall, max(xs) + wide, max(ys) + tall)


def extent(layout: Layout, routes: Sequence[Route]) -> Rectangle:
    """The rectangle around everything drawn."""
    rooms = [frame(box) for box in layout.boxes.values()] + [route.room for route in routes]
    xs = [x for route in routes for x, _ in route.curve.samples()]
    ys = [y for route in routes for _, y in route.curve.samples()]
    return Rectangle(
        min([room.left for room in rooms] + xs),
        min([room.top for room in rooms] + ys),
        max([room.right for room in rooms] + xs),
        max([room.bottom for room in rooms] + ys),
    )
