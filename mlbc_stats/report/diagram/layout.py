"""Give every node of a path diagram its place and size."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mlbc_stats.report.diagram.layers import Columns, arrange
from mlbc_stats.report.diagram.nodes import Diagram

COLUMN_GAP = 98.0
ROW_GAP = 26.0
ROOM = 7.0
"""What the gaps gain for every arrow beyond three (rows) or six (columns), for its label."""
TREE_GAP = 62.0
"""Between a latent variable and what hangs on it."""
SIBLING_GAP = 6.0
WAYPOINT = 44.0
"""Height kept free for a long arrow that passes a column."""
BIG, MEDIUM, SMALL = 16.0, 13.5, 12.0
"""Font sizes of structural nodes, facets and items."""
GLYPHS = {**dict.fromkeys(" .,:;|'!ijl[]()ft", 0.38), **dict.fromkeys("mwMW−", 0.84)}
"""Widths of characters as parts of the font size; generous, since the reader's font is unknown."""
GLYPH = 0.57


@dataclass(frozen=True, slots=True)
class Box:
    """A node: its centre, size, shape ("oval", "rectangle", "hexagon"), text lines and font size."""

    name: str
    x: float
    y: float
    width: float
    height: float
    shape: str
    lines: tuple[str, ...]
    font: float

    def at(self, x: float, y: float) -> Box:
        """The same box elsewhere."""
        return replace(self, x=x, y=y)


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes by name, the waypoints of long arrows by (source, target), and the side each tree hangs on."""

    boxes: Mapping[str, Box]
    waypoints: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    backward: frozenset[tuple[str, str]]
    columns: tuple[tuple[str, ...], ...]
    sides: Mapping[str, str]


def lay_out(diagram: Diagram, labels: Mapping[str, str] | None = None) -> Layout:
    """Structural nodes in columns from cause to effect, indicators as trees beside, above or below them.

    Indicators hang to the left of the first column and to the right of the last, where paths never run, so
    that their names stay horizontal; those of the columns between stand above or below.

    Examples
    --------
    >>> from mlbc_stats.report.diagram.nodes import Arrow, Diagram
    >>> path = Arrow("x", "y", "regression", 0.3, 0.1, 0.5, False)
    >>> found = lay_out(Diagram(("x", "y"), {}, frozenset(), frozenset(), (path,), {}))
    >>> found.boxes["x"].x < found.boxes["y"].x
    True
    """
    boxes = _boxes(diagram, labels or {})
    nodes = set(diagram.structural)
    directed = [a for a in diagram.arrows if a.kind != "covariance" and {a.source, a.target} <= nodes]
    columns = arrange(diagram.structural, [(arrow.source, arrow.target) for arrow in directed])
    sides = _sides(columns, nodes)
    trees = {name: _tree(name, diagram.parents, boxes, sides[name]) for name in diagram.structural}
    places = _places(columns, trees)
    placed = {
        child: box.at(box.x + places[name][0], box.y + places[name][1])
        for name, tree in trees.items()
        for child, box in tree.items()
    }
    routes = {
        edge: tuple(places[name] for name in names) for edge, names in columns.waypoints.items() if names
    }
    return Layout(placed, routes, columns.backward, columns.columns, sides)


def text_width(text: str, font: float) -> float:
    """Room to keep for a line of text."""
    return font * sum(GLYPHS.get(glyph, GLYPH) for glyph in text)


def _boxes(diagram: Diagram, labels: Mapping[str, str]) -> dict[str, Box]:
    """All boxes at the origin; those of one rank share one width."""
    ranks = {name: _rank(name, diagram) for name in [*diagram.structural, *diagram.parents]}
    boxes = {name: _box(name, labels.get(name, name), rank, diagram) for name, rank in ranks.items()}
    widest = {
        rank: max(boxes[n].width for n, r in ranks.items() if r == rank) for rank in set(ranks.values())
    }
    return {name: replace(box, width=widest[ranks[name]]) for name, box in boxes.items()}


def _rank(name: str, diagram: Diagram) -> str:
    if name in diagram.structural:
        return "structural"
    return "facet" if name in diagram.latent | diagram.composites else "item"


def _box(name: str, label: str, rank: str, diagram: Diagram) -> Box:
    font = {"structural": BIG, "facet": MEDIUM, "item": SMALL}[rank]
    lines = tuple(textwrap.wrap(label, 12 if rank != "item" else 22, break_long_words=False)) or (name,)
    shape = "hexagon" if name in diagram.composites else "oval" if name in diagram.latent else "rectangle"
    extra = 1 if name in diagram.explained and rank == "structural" else 0
    padding = 12.0 if rank == "item" else 20.0 if shape == "rectangle" else 22.0
    wide = max(text_width(line, font) for line in lines) + padding
    wide = max(wide, 3.2 * font)
    tall = font * 1.2 * len(lines) + font * extra + (9.0 if rank == "item" else 18.0)
    if shape == "oval":
        tall = max(tall, _oval_height(lines, extra, font, wide))
    return Box(name, 0.0, 0.0, wide, tall, shape, lines, font)


def _oval_height(lines: Sequence[str], extra: int, font: float, wide: float) -> float:
    """The height at which an oval of this width holds the corners of every line."""
    text = font * 1.2 * len(lines) + font * extra
    heights = []
    for position, line in enumerate(lines):
        top, bottom = font * 1.2 * position - text / 2, font * 1.2 * (position + 1) - text / 2
        edge = max(abs(top), abs(bottom)) - 0.25 * font
        heights.append(2 * edge / math.sqrt(1 - min(text_width(line, font) / wide, 0.95) ** 2))
    return max(heights)


def _sides(columns: Columns, nodes: set[str]) -> dict[str, str]:
    last = len(columns.columns) - 1
    sides = {}
    for c, column in enumerate(columns.columns):
        members = [name for name in column if name in nodes]
        for position, name in enumerate(members):
            upper = 2 * position < len(members)
            between = "above" if upper else "below"
            sides[name] = "left" if c == 0 else "right" if c == last else between
    return sides


def _tree(root: str, parents: Mapping[str, str], boxes: Mapping[str, Box], side: str) -> dict[str, Box]:
    """The root at the origin and all that hangs on it, placed relative to it.

    What stands above or below begins at the root and extends to the right, clear of the arrows that come in.
    """
    children: dict[str, list[str]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    across = side in ("left", "right")
    sign = -1 if side in ("left", "above") else 1
    placed: dict[str, Box] = {}
    cursor = 0.0

    def put(name: str, depth: float) -> float:
        nonlocal cursor
        box = boxes[name]
        size = box.height if across else box.width
        spots = [put(child, depth + _step(box, boxes[child], across)) for child in children.get(name, ())]
        spot = (spots[0] + spots[-1]) / 2 if spots else cursor + size / 2
        cursor = max(cursor, spot + size / 2 + SIBLING_GAP) if not spots else cursor + SIBLING_GAP
        placed[name] = box.at(sign * depth, spot) if across else box.at(spot, sign * depth)
        return spot

    origin = put(root, 0.0)
    if not across and len(placed) > 1:
        origin = min(box.x - box.width / 2 for box in placed.values() if box.name != root)
    shift = (0.0, -origin) if across else (-origin, 0.0)
    placed[root] = boxes[root].at(-shift[0], -shift[1])
    return {name: box.at(box.x + shift[0], box.y + shift[1]) for name, box in placed.items()}


def _step(parent: Box, child: Box, across: bool) -> float:
    sizes = (parent.width, child.width) if across else (parent.height, child.height)
    return sum(sizes) / 2 + TREE_GAP


def _places(columns: Columns, trees: Mapping[str, Mapping[str, Box]]) -> dict[str, tuple[float, float]]:
    """Where the origin of every tree, and every waypoint, comes to lie."""
    before: dict[str, list[str]] = {}
    for edge, names in columns.waypoints.items():
        chain = [edge[0], *names, edge[1]]
        for source, target in pairwise(chain):
            before.setdefault(target, []).append(source)
    places: dict[str, tuple[float, float]] = {}
    arrows = [sum(len(before.get(name, [])) for name in column) for column in columns.columns]
    extra = min(ROOM * max(max(arrows) - 3, 0), 60.0)
    gap = COLUMN_GAP + ROOM * max(max(arrows) - 6, 0) + 0.05 * _tallest(columns, trees)
    x = 0.0
    for column in columns.columns:
        spans = {name: _span(trees.get(name)) for name in column}
        left, right = max(-span[0] for span in spans.values()), max(span[1] for span in spans.values())
        wishes = [_wish(before.get(name, []), places) for name in column]
        heights = [(-spans[name][2], spans[name][3]) for name in column]
        for name, y in zip(column, _stack(wishes, heights, ROW_GAP + extra), strict=True):
            places[name] = (x + left, y)
        x += left + right + gap
    return places


def _tallest(columns: Columns, trees: Mapping[str, Mapping[str, Box]]) -> float:
    """Height of the tallest column: the taller it is, the more room its arrows need to turn."""
    spans = [[_span(trees.get(name)) for name in column] for column in columns.columns]
    return max(sum(span[3] - span[2] for span in column) for column in spans)


def _span(tree: Mapping[str, Box] | None) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a tree about its root."""
    if tree is None:
        return (0.0, 0.0, -WAYPOINT / 2, WAYPOINT / 2)
    boxes = tree.values()
    return (
        min(box.x - box.width / 2 for box in boxes),
        max(box.x + box.width / 2 for box in boxes),
        min(box.y - box.height / 2 for box in boxes),
        max(box.y + box.height / 2 for box in boxes),
    )


def _wish(sources: Sequence[str], places: Mapping[str, tuple[float, float]]) -> float | None:
    known = [places[name][1] for name in sources if name in places]
    return sum(known) / len(known) if known else None


def _stack(wishes: Sequence[float | None], heights: Sequence[tuple[float, float]], gap: float) -> list[float]:
    """Heights from top to bottom without overlap, as near to the wishes as one shift of all allows."""
    spots: list[float] = []
    floor = float("-inf")
    for wish, (up, down) in zip(wishes, heights, strict=True):
        lowest = floor + gap + up if spots else float("-inf")
        spot = max(wish if wish is not None else lowest if spots else 0.0, lowest)
        spots.append(spot)
        floor = spot + down
    wanted = [wish - spot for wish, spot in zip(wishes, spots, strict=True) if wish is not None]
    shift = sum(wanted) / len(wanted) if wanted else 0.0
    return [spot + shift for spot in spots]
