"""Bring the columns of rotated loadings into the order and signs of the expected ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

MOVED = ("loadings", "phi")
"""Tables that stand beside one another and move together."""


def is_matrix(node: Any) -> bool:
    return isinstance(node, dict) and {"rownames", "colnames", "values"} <= set(node)


def aligned(want: Any, got: Any) -> Any:
    """`got` with every pair of loadings and phi moved to match `want`, at any depth."""
    if not isinstance(want, dict) or not isinstance(got, dict) or is_matrix(want):
        return got
    out = {name: aligned(want[name], value) if name in want else value for name, value in got.items()}
    if all(is_matrix(side.get("loadings")) for side in (want, got)):
        move = _move(want["loadings"], got["loadings"])
        if move is not None:
            tables = [name for name in MOVED if is_matrix(out.get(name)) and is_matrix(want.get(name))]
            out |= {name: _moved(name, out[name], want[name]["colnames"], *move) for name in tables}
    return out


def _move(want: dict[str, Any], got: dict[str, Any]) -> tuple[np.ndarray, np.ndarray] | None:
    """Which column of `got` stands in the place of each column of `want`, and its sign; None where sizes differ."""
    rows = dict(zip(got["rownames"], got["values"], strict=True))
    if set(rows) < set(want["rownames"]) or len(want["colnames"]) != len(got["colnames"]):
        return None
    left = np.array(want["values"], dtype=float)
    right = np.array([rows[name] for name in want["rownames"]], dtype=float)
    size = np.linalg.norm(left, axis=0)[:, None] * np.linalg.norm(right, axis=0)
    congruence = np.nan_to_num(left.T @ right / np.where(size > 0, size, 1.0))
    _, order = linear_sum_assignment(-np.abs(congruence))
    signs = np.where(congruence[np.arange(len(order)), order] < 0, -1.0, 1.0)
    return order, signs


def _moved(
    name: str, table: dict[str, Any], columns: list[str], order: np.ndarray, signs: np.ndarray
) -> dict[str, Any]:
    values = np.array(table["values"], dtype=float)[:, order] * signs
    if name == "phi":
        values = values[order] * signs[:, None]
    rows = columns if name == "phi" else table["rownames"]
    return {"rownames": list(rows), "colnames": list(columns), "values": values.tolist()}
