"""Where the second derivatives of the moments by two cells are gathered from, flattened once per model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Bends:
    """Places for the d directed cells a: (i, j) of A with all q cells b: (k, side), each (d, q).

    Attributes
    ----------
    cells : (d,) the directed cells.
    jk, ci : of (j, k) and, for b: (k, c) directed itself, (c, i) in the flattened (I−A)⁻¹ (v, v).
    i_side, ki, kvj : of (i, side), (k, i) and (k, v + j) in the flattened HᵀQH (2v, 2v).
    side_j : of (side, j) in the flattened [(I−A)⁻ᵀ; V] (2v, v).
    both : (q,) 1 where b is directed, else 0.
    scale, mean_scale : (q,) factors of the covariances' and the means' part; pairs of directed cells appear twice.
    """

    cells: Ints
    jk: Ints
    ci: Ints
    i_side: Ints
    ki: Ints
    kvj: Ints
    side_j: Ints
    both: Floats
    scale: Floats
    mean_scale: Floats


def make_bends(row: Ints, col: Ints, side: Ints, directed: NDArray[np.bool_], scale: Floats, v: int) -> Bends:
    """Places for the cells at (row, col) of a model with v variables."""
    cells = np.flatnonzero(directed)
    i, j = row[cells][:, None], col[cells][:, None]
    half = np.where(directed, 0.25, 0.5)
    return Bends(
        cells=cells,
        jk=j * v + row,
        ci=np.where(directed, col, 0) * v + i,
        i_side=i * (2 * v) + side,
        ki=row * (2 * v) + i,
        kvj=row * (2 * v) + v + j,
        side_j=side * v + j,
        both=directed.astype(float),
        scale=2 * half * scale,
        mean_scale=half,
    )


def flat(matrices: Floats) -> Floats:
    """Matrices (..., r, c) with their last two axes as one."""
    return matrices.reshape(*matrices.shape[:-2], -1)
