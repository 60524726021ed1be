"""The table of a fit's parameters, in groups by what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import DataError
from mlbc_stats.report.numbers import format_level
from mlbc_stats.report.render.sheet import RowGroup, Spanner
from mlbc_stats.report.tables.columns import frame_of
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel

VALUES = ("est_std", "std_all", "est")
PARTS = {
    "loadings": "Loadings",
    "weights": "Composite weights",
    "regressions": "Regressions",
    "covariances": "Covariances",
    "variances": "Variances",
    "intercepts": "Intercepts and means",
    "thresholds": "Thresholds",
    "defined": "Defined parameters",
}
OPERATORS = {
    "=~": "loadings",
    "<~": "weights",
    "~": "regressions",
    "~1": "intercepts",
    "|": "thresholds",
    ":=": "defined",
}


def parameter_table(
    parameters: pd.DataFrame | FittedModel,
    standardized: pd.DataFrame | None = None,
    parts: tuple[str, ...] = ("loadings", "weights", "regressions", "covariances", "defined"),
    level: float = 0.95,
    title: str = "Parameter estimates",
    notes: tuple[str, ...] = (),
    synthetic: bool | None = None,
    identifier: str = "parameters",
) -> Table:
    """Estimates with errors, tests and intervals, and the standardized values beside them.

    Parameters
    ----------
    parameters : a fit, with its standardized solution; or its ``parameters``.
    standardized : its ``standardized``, same rows, to print their intervals too.
    parts : which kinds of parameter, in this order: loadings, weights, regressions, covariances, variances,
        intercepts, thresholds, defined.
    level : confidence level of the intervals in the frames.
    title, notes, synthetic, identifier : as in `Table`.

    Raises
    ------
    DataError
        an unknown part, or no parameter of the parts asked for.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"lhs": ["f"], "op": ["=~"], "rhs": ["x"], "est": [1.5], "se": [0.1], "z": [15.0],
    ...                      "pvalue": [0.0], "ci_lower": [1.3], "ci_upper": [1.7], "std_all": [0.72]})
    >>> parameter_table(rows).sheet().rows[0]
    ('f =~ x', '1.500', '0.100', '15.00', '< .001', '[1.300, 1.700]', '0.720')
    """
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise DataError(f"unknown part {unknown[0]!r} of a parameter table: expected {', '.join(PARTS)}")
    frame = frame_of(parameters, "parameters")
    if frame is not parameters and standardized is None:
        standardized = frame_of(parameters, "standardized")
    rows = _records(frame)
    places = {part: [i for i, row in enumerate(rows) if _part(row) == part] for part in parts}
    order = [i for part in parts for i in places[part]]
    if not order:
        raise DataError(f"the fit has no parameters of the parts asked for: {', '.join(parts)}")
    columns = _columns([rows[i] for i in order], level)
    beside = [] if standardized is None else _beside([_records(standardized)[i] for i in order], level)
    spanner = Spanner("Standardized", len(columns), len(columns) + len(beside) - 1)
    if standardized is None and "std_all" in frame.columns:
        beside = [("Standardized", "estimate", [rows[i]["std_all"] for i in order])]
    headings, formats, values = zip(*columns, *beside, strict=True)
    return Table(
        title=title,
        header=headings,
        columns=tuple(tuple(column) for column in values),
        formats=formats,
        spanners=() if standardized is None else (spanner,),
        groups=tuple(RowGroup(PARTS[part], order.index(places[part][0])) for part in parts if places[part]),
        notes=notes,
        synthetic=synthetic,
        identifier=identifier,
    )


Row = Mapping[str, Any]
Column = tuple[str, str, list[Any]]


def _records(frame: pd.DataFrame) -> list[Row]:
    records: list[Row] = frame.to_dict("records")  # type: ignore[assignment]
    return records


def _part(row: Row) -> str:
    if row["op"] == "~~":
        return "variances" if row["lhs"] == row["rhs"] else "covariances"
    return OPERATORS.get(row["op"], "constraint")


def _columns(rows: Sequence[Row], level: float) -> list[Column]:
    names = [" ".join(part for part in (row["lhs"], row["op"], row["rhs"]) if part) for row in rows]
    groups = [row.get("group", 1) for row in rows]
    several = len({group for group in groups if group}) > 1
    levels = [row.get("level") or None for row in rows]
    return [
        ("Parameter", "text", names),
        *([("Level", "count", levels)] if any(levels) else []),
        *([("Group", "count", groups)] if several else []),
        ("Estimate", "estimate", [row["est"] for row in rows]),
        ("SE", "estimate", [_tested(row, "se") for row in rows]),
        ("z", "statistic", [_tested(row, "z") for row in rows]),
        ("p", "p", [_tested(row, "pvalue") for row in rows]),
        (f"{format_level(level)} CI", "interval", [_interval(row) for row in rows]),
    ]


def _beside(rows: Sequence[Row], level: float) -> list[Column]:
    return [
        ("Estimate", "estimate", [row["est_std"] for row in rows]),
        (f"{format_level(level)} CI", "interval", [_interval(row) for row in rows]),
    ]


def _tested(row: Row, name: str) -> Any:
    """The value; nothing for a fixed parameter, which has neither error nor test."""
    return None if row["se"] == 0 else row[name]


def _interval(row: Row) -> tuple[Any, Any] | None:
    return None if row["se"] == 0 else (row["ci_lower"], row["ci_upper"])


def value_column(columns: Sequence[str]) -> str:
    """The column to show where none is named: the standardized solution's, else a parameter table's."""
    return next((name for name in VALUES if name in columns), "std_all")
