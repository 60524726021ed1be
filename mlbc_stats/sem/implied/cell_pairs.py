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
    left, right : (4t,) places of uu, vv, uv, vu and of their partners vv, uu, vu, uv in the flattened HᵀWH (2v, 2v),
        u the row and v the side of a cell: uu is (row_a, row_b), vv (side_a, side_b), uv (row_a, side_b).
    first, second : (t,) a and b; mirror : (q²,) the pair at each place of the full matrix.
    scale : (t, 1) s_a s_b.
    """

    left: Ints
    right: Ints
    first: Ints
    second: Ints
    mirror: Ints
    scale: Floats

    def products(self, left: Floats, right: Floats) -> Floats:
        """left_a right_b (t, batch) of factors (..., q)."""
        return _batch_last(left)[self.first] * _batch_last(right)[self.second]

    def quarters(self, small: Floats, places: Ints) -> Floats:
        """Entries (4, t, batch) of a flattened small matrix (4v², batch) at `left` or `right`."""
        return small.take(places, axis=0).reshape(4, -1, small.shape[-1])

    def square(self, values: Floats, batch: tuple[int, ...]) -> Floats:
        """Symmetric matrices (*batch, q, q) of values over the pairs (t, batch)."""
        q = round(len(self.mirror) ** 0.5)
        return np.ascontiguousarray(values.take(self.mirror, axis=0).T).reshape(*batch, q, q)


def make_pairs(row: Ints, side: Ints, scale: Floats, width: int) -> Pairs:
    """Pairs of the cells at (row, side) of matrices with `width` columns."""
    first, second = np.tril_indices(len(row))
    mirror = np.empty((len(row), len(row)), dtype=np.intp)
    mirror[first, second] = mirror[second, first] = np.arange(len(first))
    uu, vv = row[first] * width + row[second], side[first] * width + side[second]
    uv, vu = row[first] * width + side[second], side[first] * width + row[second]
    return Pairs(
        left=np.concatenate([uu, vv, uv, vu]),
        right=np.concatenate([vv, uu, vu, uv]),
        first=first,
        second=second,
        mirror=mirror.ravel(),
        scale=(scale[first] * scale[second])[:, None],
    )


def gather(columns: Floats, weight: Floats) -> Floats:
    """HᵀWH flattened with the batch axis last, (4v², batch), from H (..., p, 2v) and W (..., p, p)."""
    return batch_last(columns.mT @ weight @ columns)


def batch_last(small: Floats) -> Floats:
    """Matrices (..., r, c), flattened with the batch axis last, (r c, batch)."""
    return _batch_last(small.reshape(*small.shape[:-2], -1))


def pooled(values: Floats, share: Floats) -> Floats:
    """Σ_k share_k of values over the pairs (t, batch of patterns): (t, batch), for shares (..., K)."""
    k = share.shape[-1]
    return np.einsum("tbk,bk->tb", values.reshape(len(values), -1, k), share.reshape(-1, k))


def _batch_last(values: Floats) -> Floats:
    return np.ascontiguousarray(values.reshape(-1, values.shape[-1]).T)
