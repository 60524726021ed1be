"""Maximum-likelihood mean and covariance matrix of incomplete normal data, restricted by nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import cholesky_flag, spd_inverse_logdet, symmetrize, unvech, vech_indices
from mlbc_stats.moments.incomplete.fiml import LOG_TWO_PI, fiml_value_gradient
from mlbc_stats.moments.incomplete.information import saturated_information
from mlbc_stats.moments.incomplete.patterns import Patterns

Array = NDArray[Any]
#: Mean, covariance matrix, what fiml_value_gradient gives there, and whether the step was negligible.
Step = tuple[Array, Array, tuple[Array, ...], bool]

#: EM steps before the first Newton step: they bring any start near enough.
WARM = 3
#: Squared length of a Newton step, in the metric of the unit information, after which one more is not needed.
DECREMENT = 1e-13
#: Largest change of a standardized moment by an EM step that counts as converged.
EM_CHANGE = 1e-10
#: Share of a variable's variance left by the others, below which the estimates are on their way to a singular matrix.
DEGENERATE = 1e-10
#: Halvings of a Newton step before an EM step replaces it.
HALVINGS = 6


@dataclass(frozen=True, slots=True)
class Saturated:
    """Estimates of the saturated model (p variables).

    Attributes
    ----------
    mean : array [p].
    cov : array [p, p].
    value : discrepancy F at the estimates, as in :func:`mlbc_stats.moments.incomplete.fiml.fiml_value_gradient`.
    loglik : log-likelihood with its constants; "unrestricted.logl" among lavaan's fit measures.
    iterations : EM and Newton steps taken.
    converged : whether the last step was negligible.
    """

    mean: Array
    cov: Array
    value: float
    loglik: float
    iterations: int
    converged: bool


def saturated_moments(patterns: Patterns, max_iter: int = 500) -> Saturated:
    """Estimate means and covariances by a few EM steps followed by Newton steps on the observed information.

    Parameters
    ----------
    patterns : of one data set, every variable with two different values or more.
    max_iter : steps before giving up; ``converged`` tells.

    Returns
    -------
    saturated : the maximum to about ten digits. Where Newton's step fails (an information matrix that is not
        positive definite, or no descent after halving) an EM step replaces it, so the likelihood never falls.

    References
    ----------
    Dempster, Laird & Rubin (1977), https://doi.org/10.1111/j.2517-6161.1977.tb01600.x

    Notes
    -----
    In R: ``lavInspect(fit, "sampstat")`` of a fit with ``missing = "ml"`` (which stops EM earlier).

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> found = saturated_moments(find_patterns(np.array([[1.0, 2.0], [3.0, 3.0], [2.0, 4.0], [5.0, np.nan]])))
    >>> found.mean.round(4).tolist(), found.converged
    ([2.75, 3.375], True)
    """
    centre, scale = _observed_scale(patterns)
    standard = _rescale(patterns, centre, scale)
    mean, cov, value, iterations, converged = _maximize(standard, max_iter)
    mean, cov = centre + scale * mean, cov * scale * scale[:, None]
    value = value + float(2 * (patterns.n @ (patterns.observed @ np.log(scale))) / patterns.total)
    return Saturated(mean, cov, value, loglik(patterns, value), iterations, converged)


def loglik(patterns: Patterns, value: Any) -> Any:
    """Log-likelihood, constants included, of discrepancies F [...]: -½ [nF + Σ_k n_k p_k log 2π].

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> round(float(loglik(find_patterns(np.array([[0.0, 0.0]])), 0.0)), 6)
    -1.837877
    """
    return -0.5 * (patterns.total * value + LOG_TWO_PI * (patterns.n @ patterns.observed.sum(1)))


def _maximize(patterns: Patterns, max_iter: int) -> tuple[Array, Array, float, int, bool]:
    p = patterns.observed.shape[1]
    mean, cov = np.zeros(p), np.eye(p)
    current: tuple[Array, ...] = fiml_value_gradient(patterns, cov, mean)
    for iteration in range(1, max_iter + 1):
        proposal = _newton(patterns, mean, cov, current) if iteration > WARM else None
        if proposal is None:
            proposal = _em(patterns, mean, cov, current)
        if _unbounded(proposal):
            return mean, cov, float(current[0]), iteration, False
        mean, cov, current, done = proposal
        if done:
            return mean, cov, float(current[0]), iteration, True
    return mean, cov, float(current[0]), max_iter, False


def _unbounded(proposal: Step) -> bool:
    """Whether the likelihood grows without bound towards a singular matrix."""
    _, cov, at, _ = proposal
    lower, ok = cholesky_flag(cov)
    return not (at[3] and ok and (lower.diagonal() ** 2 > DEGENERATE * cov.diagonal()).all())


def _em(patterns: Patterns, mean: Array, cov: Array, current: tuple[Array, ...]) -> Step:
    """One EM step in terms of the gradient: μ + δ with δ = -½Σ F_μ, and Σ - ΣGΣ - δδ'."""
    _, d_sigma, d_mu, _ = current
    shift = -0.5 * cov @ d_mu
    new_cov = symmetrize(cov - cov @ d_sigma @ cov - np.outer(shift, shift))
    change = max(np.abs(shift).max(), np.abs(new_cov - cov).max())
    return (
        mean + shift,
        new_cov,
        fiml_value_gradient(patterns, new_cov, mean + shift),
        bool(change < EM_CHANGE),
    )


def _newton(patterns: Patterns, mean: Array, cov: Array, current: tuple[Array, ...]) -> Step | None:
    """A halved step along the observed information's direction, else along the expected one's; None if both fail."""
    i, j = vech_indices(len(mean))
    _, d_sigma, d_mu, _ = current
    score = -0.5 * np.concatenate([d_mu, d_sigma[i, j] * np.where(i == j, 1.0, 2.0)])
    for kind in ("observed", "expected"):
        inverse, _, ok = spd_inverse_logdet(saturated_information(patterns, mean, cov, kind))
        if ok:
            found = _search(patterns, mean, cov, inverse @ score, float(current[0]))
            if found is not None:
                return (*found, bool(score @ inverse @ score < DECREMENT))
    return None


def _search(
    patterns: Patterns, mean: Array, cov: Array, step: Array, value: float
) -> tuple[Array, Array, tuple[Array, ...]] | None:
    """First of the step and its halves that keeps Σ positive definite and does not raise F."""
    p = len(mean)
    for _ in range(HALVINGS):
        new_mean, new_cov = mean + step[:p], cov + unvech(step[p:])
        if cholesky_flag(new_cov)[1]:
            trial = fiml_value_gradient(patterns, new_cov, new_mean)
            if trial[3] and trial[0] <= value + 1e-12 * abs(value):
                return new_mean, new_cov, trial
        step = 0.5 * step
    return None


def _observed_scale(patterns: Patterns) -> tuple[Array, Array]:
    """Mean and standard deviation of every variable's observed values."""
    mass = patterns.n[:, None] * patterns.observed
    total = mass.sum(0)
    centre = (mass * patterns.mean).sum(0) / total
    squares = (mass * np.where(patterns.observed, patterns.mean - centre, 0.0) ** 2).sum(0)
    several = len(patterns.cov)
    squares += patterns.n[:several] @ np.einsum("kii->ki", patterns.cov)
    return centre, np.sqrt(np.where(squares > 0, squares / total, 1.0))


def _rescale(patterns: Patterns, centre: Array, scale: Array) -> Patterns:
    mean = np.where(patterns.observed, (patterns.mean - centre) / scale, 0.0)
    cov = patterns.cov / (scale * scale[:, None])
    return Patterns(patterns.observed, patterns.pairs, patterns.n, mean, cov, patterns.case, patterns.total)
