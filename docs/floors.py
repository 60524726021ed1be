"""Draw the floors of the house from the imports: a room stands above every room that it imports.

`python docs/floors.py` writes docs/floors.svg (the rooms of the package) and docs/floors-sem.svg (folders of `sem`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURES = {"floors.svg": "mlbc_stats", "floors-sem.svg": "mlbc_stats.sem"}
BOX, GAP, FLOOR, MARGIN = (120, 34), 18, 74, 20
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1b1b1b}.n{fill:#555}"
    "rect{fill:#f4f1ea;stroke:#555}path{fill:none;stroke:#7a8aa0;stroke-width:1.1}"
)

Graph = dict[str, set[str]]


def room_graph(package: str) -> Graph:
    """Which part of a package imports which, a part being a folder or a file directly in it; faces do not count."""
    depth = package.count(".") + 1
    graph: Graph = {}
    for module, targets in _imports(package).items():
        room = module.split(".")[depth]
        graph.setdefault(room, set())
        for target in targets:
            if target.startswith(f"{package}.") and target.split(".")[depth] != room:
                graph[room].add(target.split(".")[depth])
    return graph


def file_graph(package: str) -> Graph:
    """Which file of a package imports which, wherever the import stands and whatever it serves."""
    imports = _imports(package)
    return {
        module: {found for target in targets if (found := _module_of(target, imports)) not in ("", module)}
        for module, targets in imports.items()
    }


def floors(graph: Mapping[str, set[str]]) -> dict[str, int]:
    """Floor of each room, from 1: one above the highest room that it imports."""
    found: dict[str, int] = {}

    def floor(room: str, above: tuple[str, ...] = ()) -> int:
        if room in above:
            raise ValueError(f"a circle of imports: {' → '.join((*above[above.index(room) :], room))}")
        if room not in found:
            found[room] = 1 + max((floor(each, (*above, room)) for each in graph.get(room, ())), default=0)
        return found[room]

    for room in graph:
        floor(room)
    return found


def draw(graph: Mapping[str, set[str]]) -> str:
    """The rooms on their floors as SVG; an arrow that follows from two others is left out."""
    level = floors(graph)
    rows = [sorted(room for room in level if level[room] == k) for k in range(1, max(level.values()) + 1)]
    width = 2 * MARGIN + 60 + max(len(row) for row in rows) * (BOX[0] + GAP)
    height = 2 * MARGIN + len(rows) * FLOOR - (FLOOR - BOX[1])
    place = {
        room: (
            60
            + MARGIN
            + (width - 60 - 2 * MARGIN - len(row) * (BOX[0] + GAP) + GAP) / 2
            + i * (BOX[0] + GAP),
            height - MARGIN - BOX[1] - k * FLOOR,
        )
        for k, row in enumerate(rows)
        for i, room in enumerate(row)
    }
    arrows = [_arrow(place[a], place[b]) for a, b in sorted(_direct(graph))]
    labels = [
        f'<text class="n" x="{MARGIN}" y="{height - MARGIN - 12 - k * FLOOR}">{k + 1}</text>'
        for k in range(len(rows))
    ]
    boxes = [_box(room, *place[room]) for room in sorted(place)]
    title = "<title>Rooms on their floors; each imports only from floors below</title>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    return "\n".join([head, title, f"<style>{STYLE}</style>", *arrows, *labels, *boxes, "</svg>", ""])


def _imports(package: str) -> dict[str, tuple[str, ...]]:
    """What each file of a package imports; faces are left out."""
    whole = _imports_of_all(package.partition(".")[0])
    return {module: targets for module, targets in whole.items() if module.startswith(f"{package}.")}


@cache
def _imports_of_all(package: str) -> dict[str, tuple[str, ...]]:
    files = sorted(path for path in (ROOT / package).rglob("*.py") if path.name != "__init__.py")
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): tuple(
            _imported(ast.parse(path.read_text(encoding="utf-8")))
        )
        for path in files
    }


def _imported(node: ast.AST) -> Iterable[str]:
    """Every module or name that a file imports, wherever the import stands; expressions hold none."""
    if isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _imported(child)


def _module_of(target: str, modules: Mapping[str, object]) -> str:
    """The file that an imported name comes from: the name itself, or what it is taken from; nothing for a face."""
    outer = target.rpartition(".")[0]
    return target if target in modules else outer if outer in modules else ""


def _direct(graph: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    """Imports that no way through a third room explains."""
    below: dict[str, set[str]] = {}

    def reach(room: str) -> set[str]:
        if room not in below:
            below[room] = set().union(*({each} | reach(each) for each in graph.get(room, ())))
        return below[room]

    return {
        (room, each)
        for room, targets in graph.items()
        for each in targets
        if not any(each in reach(other) for other in targets - {each})
    }


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1, x2, y2 = start[0] + BOX[0] / 2, start[1] + BOX[1], end[0] + BOX[0] / 2, end[1]
    bend = (y2 - y1) / 2
    return (
        f'<path d="M{x1:.0f} {y1:.0f}C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}"/>'
    )


def _box(name: str, x: float, y: float) -> str:
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{BOX[0]}" height="{BOX[1]}" rx="4"/>'
        f'<text x="{x + BOX[0] / 2:.0f}" y="{y + 22:.0f}" text-anchor="middle">{escape(name)}</text>'
    )


if __name__ == "__main__":
    for file, package in PICTURES.items():
        (Path(__file__).parent / file).write_text(draw(room_graph(package)), encoding="utf-8")
