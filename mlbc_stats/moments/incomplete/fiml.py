"""Full-information likelihood of incomplete normal data: value, gradient, casewise terms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.incomplete.patterns import Patterns, pieces

Array = NDArray[Any]

LOG_TWO_PI = float(np.log(2 * np.pi))


def fiml_value_gradient(patterns: Patterns, sigma: Array, mu: Array) -> tuple[Array, Array, Array, Array]:
    """Discrepancy of incomplete data from Σ and μ, with its gradient.

    F = Σ_k (n_k/n) [log|Σ_k| + tr(Σ_k⁻¹ A_k)], A_k = S_k + (m_k - μ_k)(m_k - μ_k)', over the patterns k, every
    matrix cut to the variables observed. -2 log L = nF + Σ_k n_k p_k log 2π.

    Parameters
    ----------
    patterns : of one data set or of B resamples.
    sigma : array [..., p, p].
    mu : array [..., p]. The batch axes of all three are broadcast against each other.

    Returns
    -------
    value : array [...]; plus infinity where ``ok`` is false.
    d_sigma : array [..., p, p], symmetric G = Σ_k (n_k/n)(W_k - W_k A_k W_k), W_k = Σ_k⁻¹ padded with zeros, so that
        dF = tr(G dΣ); zero where ``ok`` is false.
    d_mu : array [..., p], -2 Σ_k (n_k/n) W_k (m_k - μ).
    ok : bool array [...], whether Σ_k is positive definite for every pattern.

    References
    ----------
    Arbuckle (1996), in Marcoulides & Schumacker (eds), Advanced structural equation modeling.

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> data = find_patterns(np.array([[1.0, 2.0], [3.0, np.nan]]))
    >>> value, d_sigma, d_mu, ok = fiml_value_gradient(data, np.eye(2), np.zeros(2))
    >>> float(value), d_sigma.tolist(), d_mu.tolist(), bool(ok)
    (7.0, [[-4.0, -1.0], [-1.0, -1.5]], [-4.0, -2.0], True)
    """
    p = sigma.shape[-1]
    batch = np.broadcast_shapes(sigma.shape[:-2], mu.shape[:-1], patterns.total.shape)
    value, ok = np.zeros(batch), np.ones(batch, bool)
    d_sigma, d_mu = np.zeros((*batch, p, p)), np.zeros((*batch, p))
    for part in pieces(patterns, int(np.prod(batch, dtype=int))):
        term, matrix, vector, good = _piece(part, sigma, mu)
        value, d_sigma, d_mu, ok = value + term, d_sigma + matrix, d_mu + vector, ok & good
    if not ok.all():
        value = np.where(ok, value, np.inf)
        d_sigma, d_mu = d_sigma * ok[..., None, None], d_mu * ok[..., None]
    return value, d_sigma, d_mu, ok


def _piece(part: Patterns, sigma: Array, mu: Array) -> tuple[Array, Array, Array, Array]:
    """Shares of some patterns in F and its gradient."""
    p = part.observed.shape[1]
    inverse, logdet, ok = pattern_inverses(part, sigma)
    share = part.n / part.total[..., None]
    deviation = np.where(part.observed, part.mean - mu[..., None, :], 0.0)
    pulled = np.matmul(inverse, deviation[..., None])[..., 0]
    weighted = share[..., None] * pulled
    several = part.cov.shape[-3]
    first = inverse[..., :several, :, :]
    spread = np.matmul(first, part.cov)
    trace = np.einsum("...kii->...k", spread)
    term = (share * (logdet + np.einsum("...ki,...ki->...k", pulled, deviation))).sum(-1)
    term = term + (share[..., :several] * trace).sum(-1)
    flat = (*inverse.shape[:-2], p * p)
    matrix = np.matmul(share[..., None, :], inverse.reshape(flat))
    inner = np.matmul(spread, first)
    matrix = matrix - np.matmul(share[..., None, :several], inner.reshape(*inner.shape[:-2], p * p))
    matrix = matrix.reshape(*matrix.shape[:-2], p, p) - np.matmul(np.swapaxes(pulled, -1, -2), weighted)
    return term, matrix, -2.0 * weighted.sum(-2), np.asarray(ok.all(axis=-1))


def pattern_inverses(patterns: Patterns, sigma: Array) -> tuple[Array, Array, Array]:
    """Inverse and log determinant of Σ cut to each pattern.

    Parameters
    ----------
    sigma : array [..., p, p].

    Returns
    -------
    inverse : array [..., K, p, p], padded with zeros where a variable is missing.
    logdet : array [..., K]; 0 where ``ok`` is false.
    ok : bool array [..., K].

    Notes
    -----
    The observed block is embedded in an identity matrix, so that one batched factorization serves all patterns.

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> data = find_patterns(np.array([[1.0, 2.0], [3.0, np.nan]]))
    >>> pattern_inverses(data, np.diag([4.0, 16.0]))[0].tolist()
    [[[0.25, 0.0], [0.0, 0.0625]], [[0.25, 0.0], [0.0, 0.0]]]
    """
    pairs = patterns.pairs
    embedded = np.where(pairs, sigma[..., None, :, :], np.eye(sigma.shape[-1]))
    inverse, logdet, ok = spd_inverse_logdet(embedded)
    if not ok.all():
        logdet = np.where(ok, logdet, 0.0)
    return inverse * pairs, logdet, ok


def casewise_loglik(patterns: Patterns, x: Array, sigma: Array, mu: Array) -> Array:
    """Log-likelihood of each case, constants included.

    Parameters
    ----------
    patterns : found in ``x``.
    x : array [n, p], NaN where missing.
    sigma, mu : arrays [p, p] and [p].

    Returns
    -------
    loglik : array [n], -½ [p_i log 2π + log|Σ_i| + (x_i - μ_i)'Σ_i⁻¹(x_i - μ_i)]; NaN where Σ_i is not positive
        definite.

    Notes
    -----
    In R: ``lavInspect(fit, "loglik.casewise")``.

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> x = np.array([[0.0, 0.0], [1.0, np.nan]])
    >>> casewise_loglik(find_patterns(x), x, np.eye(2), np.zeros(2)).round(6).tolist()
    [-1.837877, -1.418939]
    """
    deviation, pulled, logdet, ok = casewise_deviations(patterns, x, sigma, mu)
    size = patterns.observed.sum(1)
    constant = np.where(ok, size * LOG_TWO_PI + logdet, np.nan)
    return -0.5 * (constant[patterns.case] + np.einsum("ij,ij->i", deviation, pulled))


def casewise_deviations(
    patterns: Patterns, x: Array, sigma: Array, mu: Array
) -> tuple[Array, Array, Array, Array]:
    """x_i - μ and W_i (x_i - μ) of each case [n, p], zero where missing; log|Σ_k| and ok [K] of each pattern.

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> x = np.array([[4.0, 0.0], [2.0, np.nan]])
    >>> casewise_deviations(find_patterns(x), x, 4 * np.eye(2), np.zeros(2))[1].tolist()
    [[1.0, 0.0], [0.5, 0.0]]
    """
    inverse, logdet, ok = pattern_inverses(patterns, sigma)
    deviation = np.where(np.equal(x, x), x - mu, 0.0)
    pulled = np.empty_like(deviation)
    order = np.argsort(patterns.case, kind="stable")
    bounds = np.searchsorted(patterns.case[order], np.arange(len(patterns.observed) + 1))
    for k in range(len(patterns.observed)):
        rows = order[bounds[k] : bounds[k + 1]]
        pulled[rows] = deviation[rows] @ inverse[k]
    return deviation, pulled, logdet, ok
