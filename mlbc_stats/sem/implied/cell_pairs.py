"""Pairs of model cells, gathered from small matrices with the batch axis last, where gathering is a copy of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The t pairs a ≥ b of a model's q cells.

    Attributes
    ----------
    uu, vv, uv, vu : (t,) places of (row_a, row_b), (side_a, side_b), (row_a, side_b) and (side_a, row_b) in the
        flattened HᵀWH (2v, 2v).
    first, second : (t,) a and b; mirror : (q²,) the pair at each place of the full matrix.
    scale : (t, 1) s_a s_b.
    """

    uu: Ints
    vv: Ints
    uv: Ints
    vu: Ints
    first: Ints
    second: Ints
    mirror: Ints
    scale: Floats

    def products(self, left: Floats, right: Floats) -> Floats:
        """left_a right_b (t, batch) of factors (..., q)."""
        return _batch_last(left)[self.first] * _batch_last(right)[self.second]

    def square(self, values: Floats, batch: tuple[int, ...]) -> Floats:
        """Symmetric matrices (*batch, q, q) of values over the pairs (t, batch)."""
        q = round(len(self.mirror) ** 0.5)
        return np.ascontiguousarray(values[self.mirror].T).reshape(*batch, q, q)


def make_pairs(row: Ints, side: Ints, scale: Floats, width: int) -> Pairs:
    """Pairs of the cells at (row, side) of matrices with `width` columns."""
    first, second = np.tril_indices(len(row))
    mirror = np.empty((len(row), len(row)), dtype=np.intp)
    mirror[first, second] = mirror[second, first] = np.arange(len(first))
    return Pairs(
        uu=row[first] * width + row[second],
        vv=side[first] * width + side[second],
        uv=row[first] * width + side[second],
        vu=side[first] * width + row[second],
        first=first,
        second=second,
        mirror=mirror.ravel(),
        scale=(scale[first] * scale[second])[:, None],
    )


def gather(columns: Floats, weight: Floats) -> Floats:
    """HᵀWH flattened with the batch axis last, (4v², batch), from H (..., p, 2v) and W (..., p, p)."""
    small = columns.mT @ weight @ columns
    return _batch_last(small.reshape(*small.shape[:-2], -1))


def _batch_last(values: Floats) -> Floats:
    return np.ascontiguousarray(values.reshape(-1, values.shape[-1]).T)
