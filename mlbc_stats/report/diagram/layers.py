"""Put the nodes of a directed graph into columns from cause to effect, with few crossings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[str, str]
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Columns:
    """Nodes in columns.

    Attributes
    ----------
    columns : from left to right, each from top to bottom; long edges have a waypoint in each column passed.
    waypoints : edge → names of its waypoints, left to right (none for an edge between neighbours).
    backward : edges that run against the order because the graph has a cycle.
    """

    columns: tuple[tuple[str, ...], ...]
    waypoints: Mapping[Edge, tuple[str, ...]]
    backward: frozenset[Edge]


def arrange(nodes: Sequence[str], edges: Sequence[Edge]) -> Columns:
    """Columns by longest path from a source, order within them by repeated barycentres.

    The method is that of Sugiyama, Tagawa & Toda (1981), doi 10.1109/TSMC.1981.4308636: cycles are broken,
    long edges get waypoints, and of all orders visited the one with the fewest crossings is kept.

    Examples
    --------
    >>> found = arrange(["y", "x", "z"], [("x", "y"), ("y", "z"), ("x", "z")])
    >>> found.columns
    (('x',), ('y', 'x→z@1'), ('z',))
    """
    backward = _backward(nodes, edges)
    forward = [edge for edge in dict.fromkeys(edges) if edge not in backward]
    depth = _depths(nodes, forward)
    waypoints = {
        edge: tuple(_waypoint(edge, c) for c in range(depth[edge[0]] + 1, depth[edge[1]])) for edge in forward
    }
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for node in nodes:
        columns[depth[node]].append(node)
    for edge, names in waypoints.items():
        for column, name in enumerate(names, depth[edge[0]] + 1):
            columns[column].append(name)
    links = [link for edge, names in waypoints.items() for link in _links(edge, names)]
    ordered = _order(columns, links)
    return Columns(tuple(tuple(column) for column in ordered), waypoints, backward)


def _waypoint(edge: Edge, column: int) -> str:
    return f"{edge[0]}→{edge[1]}@{column}"


def _links(edge: Edge, names: Sequence[str]) -> list[Edge]:
    chain = [edge[0], *names, edge[1]]
    return list(pairwise(chain))


def _backward(nodes: Sequence[str], edges: Sequence[Edge]) -> frozenset[Edge]:
    """Edges that close a cycle when the graph is searched depth first in the given order."""
    targets: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        targets[source].append(target)
    found: set[Edge] = set()
    done: set[str] = set()

    def visit(node: str, path: frozenset[str]) -> None:
        for target in targets[node]:
            if target in path or target == node:
                found.add((node, target))
            elif target not in done:
                visit(target, path | {target})
        done.add(node)

    entered = {target for _, target in edges}
    for node in sorted(nodes, key=lambda name: name in entered):
        if node not in done:
            visit(node, frozenset({node}))
    return frozenset(found)


def _depths(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    depth = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for source, target in edges:
            depth[target] = max(depth[target], depth[source] + 1)
    return depth


def _order(columns: list[list[str]], links: Sequence[Edge]) -> list[list[str]]:
    best, fewest = columns, _crossings(columns, links)
    current = columns
    for sweep in range(SWEEPS):
        current = _sweep(current, links, forward=sweep % 2 == 0)
        crossings = _crossings(current, links)
        if crossings < fewest:
            best, fewest = current, crossings
    return best


def _sweep(columns: list[list[str]], links: Sequence[Edge], forward: bool) -> list[list[str]]:
    """Sort each column by the mean place of its neighbours in the column swept before."""
    step = range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1)
    result = [list(column) for column in columns]
    for c in step:
        before = result[c - 1 if forward else c + 1]
        place = {name: position / max(len(before) - 1, 1) for position, name in enumerate(before)}
        neighbours = _neighbours(links, forward)
        keys = {name: _mean([place[n] for n in neighbours.get(name, []) if n in place]) for name in result[c]}
        result[c].sort(key=lambda name, keys=keys: keys[name])  # type: ignore[misc]
    return result


def _neighbours(links: Sequence[Edge], forward: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source, target in links:
        found.setdefault(target if forward else source, []).append(source if forward else target)
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.5


def _crossings(columns: Sequence[Sequence[str]], links: Sequence[Edge]) -> int:
    place = {name: (c, position) for c, column in enumerate(columns) for position, name in enumerate(column)}
    count = 0
    for index, (a, b) in enumerate(links):
        for c, d in links[index + 1 :]:
            if place[a][0] == place[c][0] and place[b][0] == place[d][0]:
                count += (place[a][1] - place[c][1]) * (place[b][1] - place[d][1]) < 0
    return count
