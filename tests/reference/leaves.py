"""Flatten the `expected` part of a case of kind sem into named leaves, so that no field can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Path = tuple[str, ...]
Leaf = float | int | str | bool | list[Any]

# Rows of these operators are expressions, not parameters: they are matched by their order, since the text of
# an expression and lavaan's internal labels (.p2.) are free to differ.
CONSTRAINTS = ("==", "<", ">")
# Why a stored entry is not a number to compare with.
NOT_COMPARED = {
    "warnings": "wording of the R package; behaviour is tested by the cases of bad input",
    "error": "wording of the R package; behaviour is tested by the cases of bad input",
    "fit_error": "wording of the R package",
    "default_vs_polished": "how far R's own optimizer stopped from the optimum; says nothing about us",
}
# A constraint evaluated at standardized values has no meaning; its slack (`est`) is compared.
CONSTRAINT_FIELDS = ("lhs", "op", "rhs", "est")
KEY_FIELDS = ("lhs", "op", "rhs", "group", "level", "block", "efa", "_row", "index")


def flatten(expected: dict[str, Any]) -> dict[Path, Leaf]:
    """Every non-null leaf of `expected` (or of a `got` of the same shape) under a path that names it."""
    leaves: dict[Path, Leaf] = {}
    for field, value in expected.items():
        if field not in NOT_COMPARED and value is not None:
            leaves.update(_flatten_field(field, value))
    return leaves


def _flatten_field(field: str, value: Any) -> Iterator[tuple[Path, Leaf]]:
    if field in ("parameters", "standardized", "modindices"):
        yield from _rows(field, value)
    elif field == "tests":
        tests = value.values() if isinstance(value, dict) else value
        for test in tests:
            yield from _nested((field, test["test"]), test)
    elif field == "vcov":
        yield from _by_position(field, value["values"])
    else:
        yield from _nested((field,), value)


def _rows(field: str, rows: list[dict[str, Any]]) -> Iterator[tuple[Path, Leaf]]:
    seen: dict[str, int] = {}
    for row in rows:
        key = row_key(row)
        seen[key] = seen.get(key, 0) + 1
        name = key if seen[key] == 1 else f"{key} #{seen[key]}"
        for entry, value in row.items():
            wanted = entry in CONSTRAINT_FIELDS if row["op"] in CONSTRAINTS else True
            if value is not None and wanted and entry not in KEY_FIELDS:
                yield (field, name, entry), value


def row_key(row: dict[str, Any]) -> str:
    """Name of a parameter row; a covariance has one name in either order, a constraint only its operator."""
    lhs, op, rhs = row["lhs"], row["op"], row.get("rhs") or ""
    if op in CONSTRAINTS:
        return f"constraint {op}"
    if op == ":=":
        return f"{lhs} :="
    if op == "~~" and rhs < lhs:
        lhs, rhs = rhs, lhs
    return f"{lhs} {op} {rhs} [{row.get('group', 1)!r}]"


def _by_position(field: str, values: list[list[float]]) -> Iterator[tuple[Path, Leaf]]:
    """The covariance of the estimates: free parameters in order, since equal labels repeat."""
    for i, row in enumerate(values):
        for j, value in enumerate(row[: i + 1]):
            if value is not None:
                yield (field, str(i), str(j)), value


def _nested(path: Path, value: Any) -> Iterator[tuple[Path, Leaf]]:
    if value is None or (isinstance(value, list) and not value):
        return
    if isinstance(value, dict) and "values" in value and "colnames" in value:
        yield from _matrix(path, value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _nested((*path, name), inner)
    elif isinstance(value, list) or path[-1] == "stat.group":
        yield path, value if isinstance(value, list) else [value]
    else:
        yield path, value


def _matrix(path: Path, matrix: dict[str, Any]) -> Iterator[tuple[Path, Leaf]]:
    columns = matrix["colnames"]
    rows = matrix["rownames"] or [str(i) for i in range(len(matrix["values"]))]
    for name, row in zip(rows, matrix["values"], strict=True):
        for column, value in zip(columns, row, strict=True):
            if value is not None:
                yield (*path, name, column), value
