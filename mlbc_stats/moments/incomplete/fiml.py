"""Full-information likelihood of incomplete normal data: value, gradient, casewise terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import cholesky_flag, lower_inverse, spd_inverse_logdet
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
    ok : bool array [...], whether Σ is positive definite.

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
    inverse, logdet, ok = spd_inverse_logdet(sigma)
    batch = np.broadcast_shapes(sigma.shape[:-2], mu.shape[:-1], patterns.total.shape)
    value = np.broadcast_to(logdet, batch)
    d_sigma, d_mu = np.broadcast_to(inverse, (*batch, p, p)), np.zeros((*batch, p))
    for part in pieces(patterns, int(np.prod(batch, dtype=int))):
        term, matrix, vector = _piece(part, inverse, mu)
        value, d_sigma, d_mu = value + term, d_sigma - matrix, d_mu - 2.0 * vector
    d_sigma = d_sigma * patterns.pairs.any(axis=0)  # no rounding where no case answered both
    if not ok.all():
        value = np.where(ok, value, np.inf)
        d_sigma, d_mu = d_sigma * ok[..., None, None], d_mu * ok[..., None]
    return value, d_sigma, d_mu, np.broadcast_to(ok, batch)


def _piece(part: Patterns, inverse: Array, mu: Array) -> tuple[Array, Array, Array]:
    """Shares of some patterns in F - log|Σ|, in Σ⁻¹ - G and in Σ_k (n_k/n) W_k (m_k - μ_k)."""
    share = part.n / part.total[..., None]
    root, logdet = unanswered_roots(part, inverse)
    deviation = np.where(part.observed, part.mean - mu[..., None, :], 0.0)
    pulled = _pull(inverse, root, deviation)
    weighted = share[..., None] * pulled
    term = (share * (logdet + np.einsum("...ki,...ki->...k", pulled, deviation))).sum(-1)
    scaled = root * np.sqrt(share)[..., None, None]
    scaled = scaled.reshape(*scaled.shape[:-3], -1, scaled.shape[-1])
    matrix = np.matmul(np.swapaxes(scaled, -1, -2), scaled) + np.matmul(np.swapaxes(pulled, -1, -2), weighted)
    several = part.cov.shape[-3]
    if several:
        first = _observed_inverse(part, inverse, root[..., :several, :, :])
        spread = np.matmul(first, part.cov)
        term = term + (share[..., :several] * np.einsum("...kii->...k", spread)).sum(-1)
        matrix = matrix + np.einsum("...k,...kij->...ij", share[..., :several], np.matmul(spread, first))
    return term, matrix, weighted.sum(-2)


class Part(NamedTuple):
    """Some patterns in the information of the moments: Σ_k share_k of what each of them tells.

    Attributes
    ----------
    share : array [..., K], n_k/n.
    weight : array [..., K, p, p], W_k.
    slope : array [..., K, p, p], W_k - W_k A_k W_k, or None for the expected information.
    pull : array [..., K, p], W_k (m_k - μ_k), or None.
    """

    share: Array
    weight: Array
    slope: Array | None
    pull: Array | None


def pattern_parts(patterns: Patterns, sigma: Array, mu: Array, observed: bool) -> Iterator[Part]:
    """What the information of any moments or parameters is gathered from, a few patterns at a time.

    Parameters
    ----------
    sigma, mu : arrays [..., p, p] and [..., p], where the information is taken.
    observed : minus the second derivatives of the log-likelihood, else their expectation.

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> data = find_patterns(np.array([[1.0, 2.0], [3.0, np.nan]]))
    >>> [part.weight.shape for part in pattern_parts(data, np.eye(2), np.zeros(2), observed=False)]
    [(2, 2, 2)]
    """
    inverse = spd_inverse_logdet(sigma)[0]
    batch = np.broadcast_shapes(sigma.shape[:-2], mu.shape[:-1], patterns.total.shape)
    for part in pieces(patterns, int(np.prod(batch, dtype=int))):
        weight = _observed_inverse(part, inverse, unanswered_roots(part, inverse)[0])
        share = np.broadcast_to(part.n / part.total[..., None], weight.shape[:-2])
        if not observed:
            yield Part(share, weight, None, None)
            continue
        deviation = np.where(part.observed, part.mean - mu[..., None, :], 0.0)
        pulled = np.matmul(weight, deviation[..., None])[..., 0]
        slope = weight - pulled[..., :, None] * pulled[..., None, :]
        several = part.cov.shape[-3]
        first = weight[..., :several, :, :]
        slope[..., :several, :, :] -= np.matmul(np.matmul(first, part.cov), first)
        yield Part(share, weight, slope, pulled)


def unanswered_roots(part: Patterns, inverse: Array) -> tuple[Array, Array]:
    """What the unanswered variables take from Σ⁻¹: R_k with W_k = Σ⁻¹ - R_k'R_k, and log|Σ_k| - log|Σ|.

    With P = Σ⁻¹ and M the m variables without an answer, R_k = (P_MM)^-½ P_M and log|Σ_k| = log|Σ| + log|P_MM|: the
    cost is that of the unanswered variables, which are few in most rows of a survey.

    Parameters
    ----------
    inverse : array [..., p, p], Σ⁻¹.

    Returns
    -------
    root : array [..., K, m, p], m the largest number unanswered in a pattern; logdet : array [..., K].
    """
    most = max(int((~part.observed).sum(1).max(initial=0)), 1)
    missing = np.argsort(part.observed, axis=1, kind="stable")[:, :most]
    absent = ~np.take_along_axis(part.observed, missing, axis=1)
    both = absent[:, :, None] & absent[:, None, :]
    block = np.where(both, inverse[..., missing[:, :, None], missing[:, None, :]], np.eye(most))
    lower, ok = cholesky_flag(block)
    rows = np.where(absent[..., None], inverse[..., missing, :], 0.0)
    root = np.matmul(lower_inverse(lower), rows)
    logdet = 2.0 * np.log(np.einsum("...ii->...i", lower)).sum(-1)
    return root, np.where(ok, logdet, 0.0)


def _observed_inverse(part: Patterns, inverse: Array, root: Array) -> Array:
    """W_k [..., K, p, p] of the first patterns, as many as there are roots."""
    taken = np.matmul(np.swapaxes(root, -1, -2), root)
    return (inverse[..., None, :, :] - taken) * part.pairs[: root.shape[-3]]


def _pull(inverse: Array, root: Array, deviation: Array) -> Array:
    """W_k d_k [..., K, p]."""
    along = np.matmul(root, deviation[..., None])
    return np.matmul(deviation, inverse) - np.matmul(np.swapaxes(root, -1, -2), along)[..., 0]


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
