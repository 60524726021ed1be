"""Missing-data patterns: which variables are observed together, and the moments of the cases of each pattern."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import unvech, vech_indices

Array = NDArray[Any]

#: Numbers in one batch of padded matrices [..., K, p, p]; about what stays in cache.
BATCH = 2**18


@dataclass(frozen=True, slots=True)
class Patterns:
    """Cases grouped by what they answered (K patterns, p variables), the most frequent pattern first.

    Attributes
    ----------
    observed : bool array [K, p].
    pairs : bool array [K, p, p], both variables observed.
    n : array [..., K], cases (or their summed weights) per pattern; leading axes are resamples.
    mean : array [..., K, p], means of the observed variables; 0 where missing.
    cov : array [..., R, p, p], covariances (divisor n_k) of the first R patterns, those with two or more cases;
        0 where missing. A pattern of one case has no covariance.
    case : int array [n], pattern of every case.
    total : array [...], sum of ``n`` over the patterns.
    """

    observed: Array
    pairs: Array
    n: Array
    mean: Array
    cov: Array
    case: Array
    total: Array


def find_patterns(x: Array, weights: Array | None = None) -> Patterns:
    """Patterns of a data matrix in which NaN marks a missing value.

    Parameters
    ----------
    x : array [n, p]; every row holds at least one value.
    weights : array [n], sampling weights.

    Raises
    ------
    DataError
        for rows without any value; `mlbc_stats.moments.sample.incomplete.from_incomplete` drops them.

    Notes
    -----
    In R: ``lavInspect(fit, "patterns")`` of a fit with ``missing = "ml"``.

    Examples
    --------
    >>> found = find_patterns(np.array([[1.0, 2.0], [3.0, np.nan], [3.0, 6.0]]))
    >>> found.observed.tolist(), found.n.tolist(), found.mean.tolist(), found.cov.tolist()
    ([[True, True], [True, False]], [2.0, 1.0], [[2.0, 4.0], [3.0, 0.0]], [[[1.0, 2.0], [2.0, 4.0]]])
    """
    present = np.equal(x, x)
    if not present.any(axis=1).all():
        row = int(np.flatnonzero(~present.any(axis=1))[0])
        raise DataError(f"row {row + 1} holds no value at all; drop such rows before looking for patterns")
    first, case, count = _group_rows(present)
    mass = np.ones((1, len(x))) if weights is None else np.asarray(weights, float)[None]
    n, mean, cov = _pattern_moments(x, mass, case, count)
    observed = present[first]
    pairs = observed[:, :, None] & observed[:, None, :]
    return Patterns(observed, pairs, n[0], mean[0], cov[0], case, n[0].sum())


def resample_patterns(x: Array, patterns: Patterns, weights: Array) -> Patterns:
    """The same patterns under many sets of case weights.

    Parameters
    ----------
    x : array [n, p], the rows that ``patterns`` were found in.
    weights : array [B, n]; a pattern that no resampled case has keeps n = 0 and zero moments.

    Returns
    -------
    patterns : with n [B, K], mean [B, K, p], cov [B, R, p, p], total [B].

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [3.0, np.nan], [3.0, 6.0]])
    >>> resample_patterns(x, find_patterns(x), np.array([[1.0, 1.0, 1.0], [2.0, 1.0, 0.0]])).mean[1].tolist()
    [[1.0, 2.0], [3.0, 0.0]]
    """
    count = np.bincount(patterns.case, minlength=len(patterns.observed))
    n, mean, cov = _pattern_moments(x, np.asarray(weights, float), patterns.case, count)
    return Patterns(patterns.observed, patterns.pairs, n, mean, cov, patterns.case, n.sum(-1))


def coverage(patterns: Patterns) -> Array:
    """Share of the cases [..., p, p] in which both variables were observed.

    In R: ``lavInspect(fit, "coverage")``.

    Examples
    --------
    >>> coverage(find_patterns(np.array([[1.0, 2.0], [3.0, np.nan]]))).tolist()
    [[1.0, 0.5], [0.5, 0.5]]
    """
    share = patterns.n / patterns.total[..., None]
    return np.tensordot(share, patterns.pairs.astype(float), axes=1)


def pieces(patterns: Patterns, batch: int = 1) -> Iterator[Patterns]:
    """The patterns in consecutive parts whose padded matrices, times ``batch``, fit into the cache.

    Examples
    --------
    >>> [len(part.observed) for part in pieces(find_patterns(np.array([[1.0, 2.0], [3.0, np.nan]])))]
    [2]
    """
    count, p = patterns.observed.shape
    size = max(BATCH // (max(batch, 1) * p * p), 1)
    if size >= count:
        yield patterns
        return
    for start in range(0, count, size):
        part = slice(start, start + size)
        yield Patterns(
            patterns.observed[part], patterns.pairs[part], patterns.n[..., part], patterns.mean[..., part, :],
            patterns.cov[..., part, :, :], patterns.case, patterns.total,
        )  # fmt: skip


def take_patterns(patterns: Patterns, keep: Array) -> Patterns:
    """The patterns of some of the resamples (leading axis of n, mean, cov and total).

    Examples
    --------
    >>> data = find_patterns(np.array([[1.0, 2.0], [3.0, np.nan]]))
    >>> many = resample_patterns(np.array([[1.0, 2.0], [3.0, np.nan]]), data, np.ones((3, 2)))
    >>> take_patterns(many, np.array([True, False, True])).n.shape
    (2, 2)
    """
    return replace(
        patterns,
        n=patterns.n[keep],
        mean=patterns.mean[keep],
        cov=patterns.cov[keep],
        total=patterns.total[keep],
    )


def _group_rows(present: Array) -> tuple[Array, Array, Array]:
    """First row of each pattern, pattern of each row and rows per pattern; the most frequent first."""
    packed = np.ascontiguousarray(np.packbits(present, axis=1))
    keys: Array = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    if packed.shape[1] <= 8:
        wide = np.zeros((len(packed), 8), np.uint8)
        wide[:, : packed.shape[1]] = packed
        keys = wide.view(np.uint64).ravel()
    _, first, inverse, count = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -count))
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse], count[order]


def _pattern_moments(x: Array, weights: Array, case: Array, count: Array) -> tuple[Array, Array, Array]:
    """Sums over the rows of each pattern under weights [B, n]: n [B, K], mean [B, K, p], cov [B, R, p, p]."""
    order = np.argsort(case, kind="stable")
    filled = np.where(np.equal(x, x), x, 0.0)[order]
    starts = np.concatenate([[0], np.cumsum(count)[:-1]])
    mass = weights[:, order]
    several = int((count > 1).sum())
    first = filled[starts]
    deviation = filled - np.repeat(first, count, axis=0)
    rows = int(count[:several].sum())
    i, j = vech_indices(x.shape[1])
    z = np.concatenate([deviation[:rows], deviation[:rows, i] * deviation[:rows, j]], axis=1)
    n = np.add.reduceat(mass, starts, axis=1)
    safe = np.where(n > 0, n, 1.0)
    sums = _block_products(mass, z, starts[:several], count[:several]) / safe[:, :several, None]
    p = x.shape[1]
    shift, products = sums[..., :p], sums[..., p:]
    products = products - shift[..., i] * shift[..., j]
    mean = np.where((n > 0)[..., None], first, 0.0)
    mean[:, :several] += shift
    return n, mean, unvech(products)


def _block_products(mass: Array, z: Array, starts: Array, count: Array) -> Array:
    """W_k Z_k for the rows of every pattern k: [B, R, columns of z]."""
    if len(mass) == 1 and len(z):
        return np.add.reduceat(mass[0, : len(z), None] * z, starts, axis=0)[None]
    out = np.empty((len(mass), len(starts), z.shape[1]))
    for k, (start, size) in enumerate(zip(starts.tolist(), count.tolist(), strict=True)):
        np.matmul(mass[:, start : start + size], z[start : start + size], out=out[:, k])
    return out
