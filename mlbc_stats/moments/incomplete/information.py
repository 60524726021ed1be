"""Information about the saturated mean and covariance matrix that incomplete data hold."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import cholesky_flag, spd_inverse_logdet, vech_indices
from mlbc_stats.moments.gamma import pool
from mlbc_stats.moments.incomplete.fiml import (
    Part,
    casewise_deviations,
    pattern_inverses,
    pattern_parts,
)
from mlbc_stats.moments.incomplete.patterns import Patterns

Array = NDArray[Any]


def saturated_information(
    patterns: Patterns,
    mu: Array,
    sigma: Array,
    kind: str = "observed",
    x: Array | None = None,
    weights: Array | None = None,
    cluster: Array | None = None,
) -> Array:
    """Unit information of (μ, vech Σ) when nothing restricts them.

    Parameters
    ----------
    patterns : of one data set or of B resamples.
    mu, sigma : arrays [..., p] and [..., p, p], where the information is taken; second-order kinds take batches,
        in which a matrix that is not positive definite gives no error.
    kind : "observed" (minus the second derivatives of the log-likelihood), "expected" (their expectation given
        the patterns) or "first_order" (cross products of the casewise scores).
    x : array [n, p], the raw rows; "first_order" needs them.
    weights, cluster : array [n], sampling weights and codes of clusters; used by "first_order".

    Returns
    -------
    information : array [k, k], k = p + p(p+1)/2, per case (divided by Σ n_k); the means first.

    Raises
    ------
    DataError
        for an unknown kind, for "first_order" without rows, and where Σ is not positive definite.

    Notes
    -----
    With W_k the padded inverse of Σ_k, w_k = W_k(m_k - μ) and N_k = W_k A_k W_k - ½W_k (½W_k when expected), the
    element of (σ_ij, σ_gh) is Σ_k (n_k/n) c_ij c_gh [W_jg N_ih + W_ig N_jh + W_jh N_ig + W_ih N_jg], that of
    (μ_a, σ_ij) is Σ_k (n_k/n) c_ij [W_ai w_j + W_aj w_i] (zero when expected), with c_ij = 1, ½ on the diagonal.
    In R: ``lavInspect(fit, "h1.information.observed")`` (``.expected``, ``.first.order``) of a saturated model with
    ``missing = "ml"``.

    References
    ----------
    Savalei & Bentler (2009), https://doi.org/10.1080/10705510903008238

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> data = find_patterns(np.array([[-2.0], [2.0]]))
    >>> saturated_information(data, np.zeros(1), np.array([[4.0]])).tolist()
    [[0.25, 0.0], [0.0, 0.03125]]
    """
    if kind == "first_order":
        if x is None:
            raise DataError("first-order information needs the raw rows; pass x")
        sums, factor = pool(saturated_scores(patterns, x, mu, sigma), weights, cluster)
        return sums.T @ sums * factor
    if kind not in ("observed", "expected"):
        raise DataError(f"information {kind!r} is unknown; use 'observed', 'expected' or 'first_order'")
    if sigma.ndim == 2:
        _require(cholesky_flag(sigma)[1])
    return moment_information(pattern_parts(patterns, sigma, mu, kind == "observed"))


def saturated_scores(patterns: Patterns, x: Array, mu: Array, sigma: Array) -> Array:
    """Derivatives of each case's log-likelihood with respect to (μ, vech Σ).

    Parameters
    ----------
    patterns : found in ``x`` [n, p].
    mu, sigma : arrays [p] and [p, p].

    Returns
    -------
    scores : array [n, k]; w_i in the means and c_ij (w_i w_j - W_ij) in the covariances, w = W(x - μ), c_ij = 1 and
        ½ on the diagonal.

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> x = np.array([[2.0, 0.0], [2.0, np.nan]])
    >>> saturated_scores(find_patterns(x), x, np.zeros(2), np.eye(2)).tolist()
    [[2.0, 0.0, 1.5, 0.0, -0.5], [2.0, 0.0, 1.5, 0.0, 0.0]]
    """
    _, pulled, _, _ = casewise_deviations(patterns, x, sigma, mu)
    inverse, _, ok = pattern_inverses(patterns, sigma)
    _require(ok)
    i, j = vech_indices(len(mu))
    products = pulled[:, i] * pulled[:, j] - inverse[:, i, j][patterns.case]
    return np.concatenate([pulled, products * np.where(i == j, 0.5, 1.0)], axis=1)


def saturated_gamma(
    patterns: Patterns,
    mu: Array,
    sigma: Array,
    kind: str = "sandwich",
    x: Array | None = None,
    weights: Array | None = None,
    cluster: Array | None = None,
) -> Array:
    """Asymptotic covariance of √n times the saturated maximum-likelihood estimates (μ, vech Σ).

    Parameters
    ----------
    kind : "observed" or "expected" (inverse information), or "sandwich" (observed information around the cross
        products of the scores, which needs ``x``).

    Notes
    -----
    The second stage of two-stage estimation weighs with it: "observed" for ``missing = "two.stage"`` and "sandwich"
    for ``missing = "robust.two.stage"``.

    References
    ----------
    Yuan & Bentler (2000), https://doi.org/10.1111/0081-1750.00078

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> data = find_patterns(np.array([[-2.0], [2.0]]))
    >>> saturated_gamma(data, np.zeros(1), np.array([[4.0]]), "observed").diagonal().round(6).tolist()
    [4.0, 32.0]
    """
    bread = saturated_information(patterns, mu, sigma, "observed" if kind == "sandwich" else kind, x)
    inverse, _, ok = spd_inverse_logdet(bread)
    if not ok:
        raise DataError(
            "the incomplete data do not identify every mean and covariance (some variables are never or hardly "
            "observed together); leave one of them out"
        )
    if kind != "sandwich":
        return inverse
    return inverse @ saturated_information(patterns, mu, sigma, "first_order", x, weights, cluster) @ inverse


def moment_information(parts: Iterable[Part]) -> Array:
    """Unit information of (μ, vech Σ), [..., k, k], gathered from the parts of its patterns.

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> data = find_patterns(np.array([[-2.0], [2.0]]))
    >>> moment_information(pattern_parts(data, np.array([[4.0]]), np.zeros(1), observed=True)).tolist()
    [[0.25, 0.0], [0.0, 0.03125]]
    """
    means, cross, quartic = np.zeros(1), np.zeros(1), np.zeros(1)
    for part in parts:
        p = part.weight.shape[-1]
        i, j = vech_indices(p)
        share, flat = part.share[..., None], part.weight.reshape(*part.weight.shape[:-2], p * p)
        weighted = np.swapaxes(part.weight[..., i, j] * share, -1, -2)
        means = means + np.matmul(np.swapaxes(share, -1, -2), flat).reshape(*share.shape[:-2], p, p)
        inner = part.weight if part.slope is None else part.weight - 2.0 * part.slope
        quartic = quartic + 0.5 * np.matmul(weighted, inner[..., i, j])
        pull = np.zeros((*flat.shape[:-1], p)) if part.pull is None else part.pull
        cross = cross + np.matmul(weighted, pull)
    return _assemble(means, cross, quartic)


def _assemble(means: Array, cross: Array, quartic: Array) -> Array:
    """Information matrix from Σ W_k, Σ vech(W_k) w_k' and Σ vech(W_k) vech(N_k)'."""
    p = means.shape[-1]
    i, j = vech_indices(p)
    half = np.where(i == j, 0.5, 1.0)
    index = _index(p)
    out = np.empty((*means.shape[:-2], p + len(i), p + len(i)))
    out[..., :p, :p] = means
    rows = np.arange(p)
    mixed = cross[..., index[rows[:, None], i], j] + cross[..., index[rows[:, None], j], i]
    out[..., :p, p:] = mixed * half
    out[..., p:, :p] = np.swapaxes(out[..., :p, p:], -1, -2)
    one, two = _places(p)
    both = quartic + np.swapaxes(quartic, -1, -2)
    flat = both.reshape(*both.shape[:-2], -1)
    out[..., p:, p:] = (flat[..., one] + flat[..., two]) * half * half[:, None]
    return out


@lru_cache(maxsize=16)
def _index(p: int) -> Array:
    i, j = vech_indices(p)
    index = np.empty((p, p), np.intp)
    index[i, j] = index[j, i] = np.arange(len(i))
    return index


@lru_cache(maxsize=4)
def _places(p: int) -> tuple[Array, Array]:
    """Flat places of (jg, ih) and (ig, jh) for all (ij, gh) in a matrix over pairs of pairs."""
    i, j = vech_indices(p)
    index, k = _index(p), len(i)
    a, b = i[:, None], j[:, None]
    return index[b, i] * k + index[a, j], index[a, i] * k + index[b, j]


def _require(ok: Array) -> None:
    if not ok.all():
        raise DataError("the covariance matrix is not positive definite; no information can be taken there")
