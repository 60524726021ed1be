"""Plane geometry of a path diagram: Bézier curves, the borders of shapes, overlapping rectangles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mlbc_stats.report.diagram.layout import Box

Point = tuple[float, float]
Cubic = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Curve:
    """A chain of cubic Bézier curves."""

    pieces: tuple[Cubic, ...]

    def at(self, t: float) -> Point:
        """The point at the share t of the way (0 start, 1 end), pieces counted alike."""
        place = min(max(t, 0.0), 1.0) * len(self.pieces)
        index = min(int(place), len(self.pieces) - 1)
        return _bezier(self.pieces[index], place - index)

    def samples(self, count: int = 40) -> list[Point]:
        """Points along the curve, ends included."""
        return [self.at(k / (count - 1)) for k in range(count)]

    def path(self) -> str:
        """The curve as the ``d`` of an SVG path."""
        x, y = self.pieces[0][0]
        parts = [f"M{x:.1f} {y:.1f}"]
        parts += ["C" + " ".join(f"{a:.1f} {b:.1f}" for a, b in piece[1:]) for piece in self.pieces]
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """An upright rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Rectangle) -> float:
        """The area both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        tall = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0.0) * max(tall, 0.0)

    def holds(self, point: Point) -> bool:
        """Whether the point lies inside."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


def straight(start: Point, end: Point) -> Curve:
    """A straight line.

    Examples
    --------
    >>> straight((0.0, 0.0), (3.0, 0.0)).at(0.5)
    (1.5, 0.0)
    """
    return Curve(((start, _between(start, end, 1 / 3), _between(start, end, 2 / 3), end),))


def through(points: Sequence[Point]) -> Curve:
    """A smooth curve (Catmull & Rom's) through the points; two points give a straight line."""
    padded = [points[0], *points, points[-1]]
    pieces = []
    for index, (start, end) in enumerate(pairwise(points)):
        before, after = padded[index], padded[index + 3]
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        pieces.append((start, first, second, end))
    return Curve(tuple(pieces))


def bent(start: Point, end: Point, offset: float) -> Curve:
    """A curve off the straight line by about `offset`, left of it seen from `start` when positive."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    push = (dy / length * offset * 4 / 3, -dx / length * offset * 4 / 3)
    first, second = _between(start, end, 0.25), _between(start, end, 0.75)
    return Curve(
        ((start, (first[0] + push[0], first[1] + push[1]), (second[0] + push[0], second[1] + push[1]), end),)
    )


def border(box: Box, toward: Point) -> Point:
    """Where the line from the box's centre to `toward` leaves its shape."""
    dx, dy = toward[0] - box.x, toward[1] - box.y
    if dx == 0 and dy == 0:
        return (box.x, box.y)
    if box.shape == "oval":
        share = 1 / math.hypot(dx / (box.width / 2), dy / (box.height / 2))
    else:
        share = 1 / max(abs(dx) / (box.width / 2), abs(dy) / (box.height / 2))
    return (box.x + share * dx, box.y + share * dy)


def frame(box: Box, margin: float = 0.0) -> Rectangle:
    """The rectangle around a box."""
    wide, tall = box.width / 2 + margin, box.height / 2 + margin
    return Rectangle(box.x - wide, box.y - tall, box.x + wide, box.y + tall)


def _between(a: Point, b: Point, share: float) -> Point:
    return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))


def _bezier(piece: Cubic, t: float) -> Point:
    a, b, c, d = piece
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
    return (x, y)
