"""The affine space that linear equality constraints leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.constraints.system import ConstraintSystem

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


def check_consistent(system: ConstraintSystem, texts: Sequence[str]) -> None:
    """Refuse linear equalities that no theta satisfies, naming the first that contradicts those before it.

    Parameters
    ----------
    texts : the equalities, in the order of the rows of R.

    Raises
    ------
    ModelError
        with the equalities that contradict each other.
    """
    for k in range(1, len(system.R) + 1):
        rows, rhs = system.R[:k], system.rhs[:k]
        gap = rhs - rows @ np.linalg.lstsq(rows, rhs, rcond=None)[0]
        if np.abs(gap).max() > CONTRADICTION * max(1.0, float(np.abs(rhs).max())):
            involved = [text for text, off in zip(texts, gap, strict=False) if abs(off) > CONTRADICTION]
            raise ModelError(
                f"the constraints contradict each other: {'; '.join(involved)}. No values satisfy all of them; "
                "leave one out"
            )
