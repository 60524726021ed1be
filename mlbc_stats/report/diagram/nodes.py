"""Read a parameter table as nodes and arrows: what a path diagram shows, before anything has a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mlbc_stats.errors import DataError
from mlbc_stats.report.numbers import is_missing
from mlbc_stats.report.tables.parameters import value_column

if TYPE_CHECKING:
    import pandas as pd

Show = Literal["structural", "facets", "measurement"]
SHOWS = ("structural", "facets", "measurement")
KINDS = {"=~": "loading", "<~": "weight", "~": "regression", "~~": "covariance"}


@dataclass(frozen=True, slots=True)
class Arrow:
    """One line of the diagram, from `source` to `target` (a covariance has both heads).

    ``lower`` and ``upper`` are NaN where the table has no interval of the value shown; ``dashed`` says that
    the parameter's interval includes zero.
    """

    source: str
    target: str
    kind: str
    value: float
    lower: float
    upper: float
    dashed: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """What is to be drawn.

    Attributes
    ----------
    structural : nodes that take a place of their own, in the order of the table.
    parents : indicator → the variable it hangs on; only visible ones.
    latent, composites : which nodes are drawn as ovals and as hexagons (others are rectangles).
    arrows : those whose two ends are visible.
    explained : endogenous node → share of its variance explained.
    """

    structural: tuple[str, ...]
    parents: Mapping[str, str]
    latent: frozenset[str]
    composites: frozenset[str]
    arrows: tuple[Arrow, ...]
    explained: Mapping[str, float]


def read_diagram(
    parameters: pd.DataFrame, show: Show = "structural", value: str = "", group: int = 1
) -> Diagram:
    """Nodes and arrows of one group.

    A variable is structural when it stands in a regression or measures nothing. Variances, intercepts,
    thresholds, defined parameters and constraints have no arrow, nor has a covariance fixed to zero.

    Raises
    ------
    DataError
        an unknown `show`, a missing column, or a table without anything to draw.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"lhs": ["f", "g", "g"], "op": ["=~", "=~", "~"], "rhs": ["x", "y", "f"],
    ...                      "std_all": [0.7, 0.8, 0.3]})
    >>> read_diagram(rows).structural, [arrow.kind for arrow in read_diagram(rows).arrows]
    (('f', 'g'), ['regression'])
    """
    value = value or value_column(list(parameters.columns))
    rows = _rows(parameters, show, value, group)
    arrows = [_arrow(row, value) for row in rows if not _is_nothing(row, value)]
    latent = frozenset(row["lhs"] for row in rows if row["op"] == "=~")
    composites = frozenset(row["lhs"] for row in rows if row["op"] == "<~")
    parents = _parents(arrows)
    engaged = {
        name for arrow in arrows if arrow.kind == "regression" for name in (arrow.source, arrow.target)
    }
    names = list(dict.fromkeys(name for row in rows for name in (row["lhs"], row["rhs"])))
    structural = tuple(name for name in names if name in engaged or name not in parents)
    shown = _shown(names, structural, latent | composites, show)
    return Diagram(
        structural=structural,
        parents={name: parents[name] for name in names if name in shown and name not in structural},
        latent=latent,
        composites=composites,
        arrows=tuple(arrow for arrow in arrows if {arrow.source, arrow.target} <= shown),
        explained=_explained(rows, arrows),
    )


def _rows(parameters: pd.DataFrame, show: str, value: str, group: int) -> list[dict[str, Any]]:
    if show not in SHOWS:
        raise DataError(f"path diagram: show={show!r}, expected one of {', '.join(SHOWS)}")
    missing = [name for name in ("lhs", "op", "rhs", value) if name not in parameters.columns]
    if missing:
        raise DataError(f"path diagram: the parameter table has no column {', '.join(missing)}")
    records: list[dict[str, Any]] = parameters.to_dict("records")  # type: ignore[assignment]
    if len({row.get("level", 0) for row in records} - {0}) > 1:
        raise DataError(
            "path diagram: the parameters are those of two levels; draw each by itself, as in "
            "report.path_diagram(fit.standardized[fit.standardized['level'] == 2])"
        )
    rows = [row for row in records if row["op"] in KINDS and row.get("group", group) == group]
    if not rows:
        raise DataError(
            f"path diagram: the parameter table holds no loading, path or covariance of group {group}"
        )
    return rows


def _arrow(row: Mapping[str, Any], value: str) -> Arrow:
    kind = KINDS[row["op"]]
    source, target = (
        (row["rhs"], row["lhs"]) if kind in ("regression", "weight") else (row["lhs"], row["rhs"])
    )
    own = (
        ("ci_lower", "ci_upper")
        if value in ("est", "est_std")
        else (f"{value}_ci_lower", f"{value}_ci_upper")
    )
    lower, upper = (_number(row.get(name)) for name in own)
    return Arrow(source, target, kind, _number(row[value]), lower, upper, _includes_zero(row, lower, upper))


def _includes_zero(row: Mapping[str, Any], lower: float, upper: float) -> bool:
    """From the interval of the value shown, else from that of the unstandardized estimate."""
    if lower != lower:
        lower, upper = _number(row.get("ci_lower")), _number(row.get("ci_upper"))
    return lower <= 0 <= upper and lower < upper


def _number(value: object) -> float:
    return float("nan") if is_missing(value) else float(value)  # type: ignore[arg-type]


def _is_nothing(row: Mapping[str, Any], value: str) -> bool:
    if row["op"] != "~~":
        return False
    unestimated = is_missing(row.get("se")) or row.get("se") == 0
    return row["lhs"] == row["rhs"] or (row[value] == 0 and unestimated)


def _parents(arrows: Sequence[Arrow]) -> dict[str, str]:
    parents: dict[str, str] = {}
    for arrow in arrows:
        if arrow.kind == "loading":
            parents.setdefault(arrow.target, arrow.source)
        elif arrow.kind == "weight":
            parents.setdefault(arrow.source, arrow.target)
    return parents


def _shown(
    names: Sequence[str], structural: Sequence[str], unobserved: frozenset[str], show: str
) -> set[str]:
    if show == "measurement":
        return set(names)
    return set(structural) | (unobserved if show == "facets" else set())


def _explained(rows: Sequence[Mapping[str, Any]], arrows: Sequence[Arrow]) -> dict[str, float]:
    """One minus the standardized residual variance of what a regression explains."""
    targets = {arrow.target for arrow in arrows if arrow.kind == "regression"}
    residual = {
        row["lhs"]: _number(row.get("est_std", row.get("std_all")))
        for row in rows
        if row["op"] == "~~" and row["lhs"] == row["rhs"]
    }
    return {name: 1 - residual[name] for name in targets if 0 <= residual.get(name, -1.0) <= 1}
