"""Small-matrix kernels with leading batch axes; they return flags and never raise on bad numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotrs

Array = NDArray[Any]  # float64 throughout
Flags = NDArray[Any]  # bool

#: Below this many matrices one LAPACK call each beats a batched kernel.
FEW = 12
#: Singular values below this share of the largest count as zero (after scaling columns to unit length).
RANK_TOLERANCE = 1e-10


def spd_inverse_logdet(a: Array) -> tuple[Array, Array, Flags]:
    """Inverse and log determinant of symmetric positive-definite matrices.

    Parameters
    ----------
    a : array [..., p, p], symmetric (only the lower triangle is read).

    Returns
    -------
    inverse : array [..., p, p], symmetric; the identity where ``ok`` is false.
    logdet : array [...]; plus infinity where ``ok`` is false.
    ok : bool array [...]; true where the matrix is numerically positive definite.

    Notes
    -----
    From a = LL', the inverse is L⁻ᵀL⁻¹ and log|a| = 2 Σ log L_ii.
    In R: ``chol2inv(chol(a))``, ``determinant(a)``.

    Examples
    --------
    >>> inverse, logdet, ok = spd_inverse_logdet(np.array([[4.0, 0.0], [0.0, 0.25]]))
    >>> inverse.diagonal().tolist(), float(logdet), bool(ok)
    ([0.25, 4.0], 0.0, True)
    """
    if a.ndim == 2:
        return _single_inverse(a)
    count = a.size // (a.shape[-1] ** 2 or 1)
    if count <= FEW:
        return _few_inverses(a)
    lower, ok = cholesky_flag(a)
    diagonal = np.einsum("...ii->...i", lower)
    logdet = 2.0 * np.log(diagonal).sum(-1)
    if not ok.all():
        logdet = np.where(ok, logdet, np.inf)
    root = lower_inverse(lower)
    return np.matmul(np.swapaxes(root, -1, -2), root), logdet, ok


def _single_inverse(a: Array) -> tuple[Array, Array, Flags]:
    p = a.shape[0]
    lower, info = dpotrf(a, 1, 0)
    diagonal = lower.diagonal()
    if info or not 0 < diagonal.sum() < np.inf:  # a NaN anywhere reaches the diagonal
        return np.eye(p), np.array(np.inf), np.array(False)
    logdet = 2.0 * np.log(diagonal).sum()
    half = dpotrs(lower, _identity(p), 1)[0]  # dpotri would wake BLAS threads even for the smallest matrix
    return np.where(_lower_mask(p), half, half.T), np.asarray(logdet), np.array(True)


def _few_inverses(a: Array) -> tuple[Array, Array, Flags]:
    batch = a.shape[:-2]
    inverse, logdet, ok = np.empty(a.shape), np.empty(batch), np.empty(batch, bool)
    for place in np.ndindex(*batch):
        inverse[place], logdet[place], ok[place] = _single_inverse(a[place])
    return inverse, logdet, ok


@lru_cache(maxsize=64)
def _identity(p: int) -> Array:
    return np.eye(p)


@lru_cache(maxsize=64)
def _lower_mask(p: int) -> Flags:
    return np.tri(p, dtype=bool)


def cholesky_flag(a: Array) -> tuple[Array, Flags]:
    """Lower Cholesky factor of each matrix, and whether it exists.

    Parameters
    ----------
    a : array [..., p, p], symmetric.

    Returns
    -------
    lower : array [..., p, p] with a = LL'; the identity where ``ok`` is false, so that one bad matrix never
        spoils the others or what is computed from them.
    ok : bool array [...].

    Notes
    -----
    In R: ``t(chol(a))``.

    Examples
    --------
    >>> lower, ok = cholesky_flag(np.array([[[4.0, 2.0], [2.0, 5.0]], [[1.0, 2.0], [2.0, 1.0]]]))
    >>> lower[0].tolist(), ok.tolist()
    ([[2.0, 0.0], [1.0, 2.0]], [True, False])
    """
    if a.ndim == 2:
        lower, info = dpotrf(a, 1, 1)
        ok = np.array(info == 0 and bool(0 < lower.diagonal().sum() < np.inf))
        return (lower if ok else np.eye(len(a))), ok
    try:
        lower = np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        return _cholesky_by_columns(a)
    trace = np.einsum("...ii->...", lower)
    ok = (trace > 0) & (trace < np.inf)  # false for NaN
    if not ok.all():
        lower = np.where(ok[..., None, None], lower, np.eye(a.shape[-1]))
    return lower, ok


def _cholesky_by_columns(a: Array) -> tuple[Array, Flags]:
    """Elimination with the batch axis last: slower than LAPACK, but a bad element only flags."""
    p = a.shape[-1]
    work = np.array(np.moveaxis(a.reshape(-1, p, p), 0, -1), order="C")
    ok = np.isfinite(work).all((0, 1))
    work[..., ~ok] = 0.0
    for j in range(p):
        pivot = work[j, j]
        ok &= pivot > 0
        work[j:, j] /= np.sqrt(np.where(ok, pivot, 1.0))
        work[:j, j] = 0.0
        work[j:, j] *= ok
        work[j + 1 :, j + 1 :] -= work[j + 1 :, j, None] * work[None, j + 1 :, j]
    lower = np.ascontiguousarray(np.moveaxis(work, -1, 0))
    lower[~ok] = np.eye(p)
    return lower.reshape(a.shape), ok.reshape(a.shape[:-2])


def lower_inverse(lower: Array) -> Array:
    """Inverse of lower-triangular matrices [..., p, p], by halves (batched matrix products only).

    With blocks L = [[P, 0], [Q, R]] the inverse is [[P⁻¹, 0], [-R⁻¹QP⁻¹, R⁻¹]].
    In R: ``forwardsolve(L, diag(p))``.

    Examples
    --------
    >>> lower_inverse(np.array([[2.0, 0.0], [1.0, 4.0]])).tolist()
    [[0.5, 0.0], [-0.125, 0.25]]
    """
    out = np.zeros_like(lower)
    np.einsum("...ii->...i", out)[...] = 1.0 / np.einsum("...ii->...i", lower)
    _invert_block(lower, out, 0, lower.shape[-1])
    return out


def _invert_block(lower: Array, out: Array, start: int, stop: int) -> None:
    if stop - start < 2:
        return
    if stop - start == 2:
        i, j = start + 1, start
        out[..., i, j] = -lower[..., i, j] * out[..., i, i] * out[..., j, j]
        return
    middle = (start + stop) // 2
    _invert_block(lower, out, start, middle)
    _invert_block(lower, out, middle, stop)
    below, right = slice(middle, stop), slice(start, middle)
    product = np.matmul(np.matmul(out[..., below, below], lower[..., below, right]), out[..., right, right])
    np.negative(product, out=out[..., below, right])


def neumann_inverse(a: Array, order: int) -> Array:
    """(I - A)⁻¹ = I + A + A² + … for A nilpotent of the given order (A**order = 0).

    Parameters
    ----------
    a : array [..., v, v].
    order : smallest k with A**k = 0; the series is summed by repeated squaring in about log2(k) products.

    Examples
    --------
    >>> neumann_inverse(np.array([[0.0, 0.0], [3.0, 0.0]]), 2).tolist()
    [[1.0, 0.0], [3.0, 1.0]]
    """
    total = a + np.eye(a.shape[-1])
    terms, power = 2, a
    while terms < order:
        power = np.matmul(power, power)
        total = total + np.matmul(total, power)
        terms *= 2
    return total


def symmetrize(a: Array) -> Array:
    """(A + A')/2 over the last two axes.

    Examples
    --------
    >>> symmetrize(np.array([[1.0, 2.0], [4.0, 1.0]])).tolist()
    [[1.0, 3.0], [3.0, 1.0]]
    """
    return 0.5 * (a + np.swapaxes(a, -1, -2))


def cov2cor(cov: Array) -> Array:
    """Correlations of covariance matrices [..., p, p]; NaN where a variance is not positive.

    In R: ``cov2cor(S)``.

    Examples
    --------
    >>> cov2cor(np.array([[4.0, 1.0], [1.0, 1.0]])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    variance = np.einsum("...ii->...i", cov)
    scale = 1.0 / np.sqrt(np.where(variance > 0, variance, np.nan))
    out = cov * scale[..., :, None] * scale[..., None, :]
    np.einsum("...ii->...i", out)[...] = variance * scale * scale
    return out


def deviations(variance: Array) -> Array:
    """Square roots of variances; NaN where one is not positive.

    Examples
    --------
    >>> deviations(np.array([4.0, -1.0])).tolist()
    [2.0, nan]
    """
    return np.sqrt(np.where(np.real(variance) > 0, variance, np.nan))


@lru_cache(maxsize=64)
def vech_indices(p: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column numbers of the lower triangle, column by column (lavaan's order).

    Examples
    --------
    >>> [index.tolist() for index in vech_indices(2)]
    [[0, 1, 1], [0, 0, 1]]
    """
    columns, rows = np.triu_indices(p)
    rows.flags.writeable = columns.flags.writeable = False
    return rows, columns


def vech(a: Array) -> Array:
    """Lower triangle of symmetric matrices [..., p, p] as vectors [..., p(p+1)/2], column by column.

    In R: ``lavaan::lav_matrix_vech(S)``.

    Examples
    --------
    >>> vech(np.array([[1.0, 2.0], [2.0, 3.0]])).tolist()
    [1.0, 2.0, 3.0]
    """
    rows, columns = vech_indices(a.shape[-1])
    return a[..., rows, columns]


def unvech(v: Array) -> Array:
    """Symmetric matrices [..., p, p] from their lower triangles [..., p(p+1)/2].

    In R: ``lavaan::lav_matrix_vech_reverse(v)``.

    Examples
    --------
    >>> unvech(np.array([1.0, 2.0, 3.0])).tolist()
    [[1.0, 2.0], [2.0, 3.0]]
    """
    p = int((np.sqrt(8 * v.shape[-1] + 1) - 1) / 2 + 0.5)
    return v[..., _unvech_index(p)]


@lru_cache(maxsize=64)
def _unvech_index(p: int) -> NDArray[np.intp]:
    rows, columns = vech_indices(p)
    index = np.empty((p, p), np.intp)
    index[rows, columns] = index[columns, rows] = np.arange(len(rows))
    return index


@lru_cache(maxsize=32)
def duplication_matrix(p: int) -> Array:
    """D [p², p(p+1)/2] with vec(A) = D vech(A) for symmetric A (read-only).

    In R: ``lavaan::lav_matrix_duplication(p)``.

    Examples
    --------
    >>> (duplication_matrix(2) @ np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, 2.0, 2.0, 3.0]
    """
    index = _unvech_index(p)
    out = np.zeros((p * p, p * (p + 1) // 2))
    out[np.arange(p * p), index.ravel()] = 1.0
    out.flags.writeable = False
    return out


def rank(a: Array, tolerance: float = RANK_TOLERANCE) -> int:
    """Numerical rank of one matrix [m, n], unaffected by the units of its columns.

    Columns are scaled to unit length, then singular values above ``tolerance`` times the largest are counted.

    Examples
    --------
    >>> rank(np.array([[1.0, 1e6], [1.0, 1e6]])), rank(np.diag([1.0, 1e-12]))
    (1, 2)
    """
    scaled, _ = _unit_columns(a)
    singular = np.linalg.svd(scaled, compute_uv=False)
    return int((singular > tolerance * singular[:1]).sum())


def null_space(a: Array, tolerance: float = RANK_TOLERANCE) -> Array:
    """Basis [n, k] of the vectors v with A v = 0, for one matrix [m, n]; rank as in `rank`.

    Each column has unit length (not mutually orthogonal when the columns of A differ in scale).

    Examples
    --------
    >>> v = null_space(np.array([[1.0, 2.0]]))[:, 0]
    >>> bool(abs(v[0] + 2 * v[1]) < 1e-12)
    True
    """
    scaled, norms = _unit_columns(a)
    _, singular, right = np.linalg.svd(scaled, full_matrices=True)
    found = int((singular > tolerance * singular[:1]).sum())
    basis = right[found:].T / norms[:, None]
    return basis / np.linalg.norm(basis, axis=0)


def _unit_columns(a: Array) -> tuple[Array, Array]:
    norms = np.linalg.norm(a, axis=0)
    norms = np.where(norms > 0, norms, 1.0)
    return a / norms, norms
