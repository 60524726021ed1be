"""The affine space that linear equality constraints leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.constraints.system import ConstraintSystem
from mlbc_stats.sem.specification.parameter_table import ParameterTable

CONTRADICTION = 1e-8
"""Misfit of linear equalities, in units of their right sides, above which they contradict each other."""


@dataclass(frozen=True, slots=True)
class Space:
    """The affine set theta = basis z + origin that linear equality constraints leave (basis None: all of it).

    Attributes
    ----------
    basis : (q, r) or None; origin : (q,).
    """

    basis: NDArray[Any] | None
    origin: NDArray[Any]


def linear_space(system: ConstraintSystem) -> Space:
    """theta = basis z + origin for every theta with R theta = rhs."""
    if not len(system.R):
        return Space(None, np.zeros(system.n_parameters))
    _, singular, right = np.linalg.svd(system.R)
    rank = int(np.sum(singular > 1e-10 * singular.max(initial=0.0)))
    return Space(right[rank:].T.copy(), np.linalg.lstsq(system.R, system.rhs, rcond=None)[0])


def check_consistent(system: ConstraintSystem, space: Space, table: ParameterTable) -> None:
    """Refuse linear equalities that no theta satisfies: those that the origin of their space leaves open.

    Raises
    ------
    ModelError
        with the equalities that contradict each other, the first of them that do.
    """
    if not _misfit(system.rhs - system.R @ space.origin, system.rhs).any():
        return
    for k in range(1, len(system.R) + 1):
        rows, rhs = system.R[:k], system.rhs[:k]
        open_rows = _misfit(rhs - rows @ np.linalg.lstsq(rows, rhs, rcond=None)[0], rhs)
        if open_rows.any():
            texts = [_text(table, system.linear_rows[at]) for at in np.flatnonzero(open_rows)]
            raise ModelError(
                f"the constraints contradict each other: {'; '.join(texts)}. No values satisfy all of them; "
                "leave one out"
            )


def _misfit(gap: NDArray[Any], rhs: NDArray[Any]) -> NDArray[np.bool_]:
    """Which equalities (r,) are off by more than rounding."""
    return np.abs(gap) > CONTRADICTION * max(1.0, float(np.abs(rhs).max(initial=0.0)))


def _text(table: ParameterTable, row: int) -> str:
    parameter = table.parameters[row]
    return f"{parameter.lhs} == {parameter.rhs}"
