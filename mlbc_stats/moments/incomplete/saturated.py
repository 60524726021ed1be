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
#: Mean, covariance matrix and what fiml_value_gradient gives there.
State = tuple[Array, Array, tuple[Array, ...]]

#: EM steps before the first Newton step where a Newton step is cheap (up to SMALL moments), and where it is dear.
WARM, PATIENCE, SMALL = 3, 40, 150
#: Halvings of a Newton step before an EM step replaces it.
HALVINGS = 6
#: EM steps that an accelerated step looks back on.
MEMORY = 10
#: Squared length of an EM step, in the metric of the complete data's information, that counts as none.
DECREMENT = 1e-19
#: Decrement below which F cannot tell better from worse: steps are then judged by their length.
FLAT = 1e-12
#: Share of a variable's variance left by the others, below which the estimates are on their way to a singular matrix:
#: of any data, and of data whose likelihood is known to grow without bound towards some singular matrices.
DEGENERATE, DEGENERATE_OPEN = 1e-7, 1e-5
#: The same share above which a matrix on the way is regular: good to start from.
REGULAR = 0.01
#: EM steps before a dear Newton step where the likelihood is known to be unbounded, and those within which the
#: decrement of a matrix that is not regular has to be halved there.
PATIENCE_OPEN, WINDOW = 320, 60
#: Patterns, those with most answers, among which proof of that is looked for.
LOOKED_AT = 64


@dataclass(frozen=True, slots=True)
class Saturated:
    """Estimates of the saturated model (p variables).

    Attributes
    ----------
    mean : array [p].
    cov : array [p, p]. Where the steps did not converge, both are the last regular ones on the way.
    value : discrepancy F at the estimates, as in `mlbc_stats.moments.incomplete.fiml.fiml_value_gradient`.
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
    """Estimate means and covariances by accelerated EM steps, then Newton steps where they pay.

    Parameters
    ----------
    patterns : of one data set, every variable with two different values or more.
    max_iter : steps before giving up; ``converged`` tells.

    Returns
    -------
    saturated : the maximum to about ten digits. Each step combines the last EM steps so that their remainders cancel
        as far as they can. Few moments, and slow cases, go on with Newton steps on the observed information. Where
        the likelihood would fall, the EM step itself is taken.

    References
    ----------
    Dempster, Laird & Rubin (1977), https://doi.org/10.1111/j.2517-6161.1977.tb01600.x; Walker & Ni (2011),
    https://doi.org/10.1137/10078356X

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


def unbounded_somewhere(patterns: Patterns) -> bool:
    """Whether the likelihood grows without bound towards some singular matrix, whatever local maximum it has.

    If no more than |J| cases are complete on a set J of variables, a hyperplane over J goes through all of them. Along
    it Σ may become singular: the densities of these cases grow without bound, those of all others, who lack some of
    J, stay as they are. Looked at are the sets that some case answered.

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns
    >>> unbounded_somewhere(find_patterns(np.array([[1.0, 2.0], [3.0, np.nan], [5.0, np.nan]])))
    True
    """
    size = patterns.observed.sum(1)
    sets = np.argsort(-size, kind="stable")[:LOOKED_AT]
    lacking = patterns.observed[sets].astype(float) @ (~patterns.observed).T.astype(float)
    return bool(((lacking == 0) @ patterns.n <= size[sets]).any())


def _maximize(patterns: Patterns, max_iter: int) -> tuple[Array, Array, float, int, bool]:
    p = patterns.observed.shape[1]
    state = regular = _at(patterns, np.zeros(p), np.eye(p))
    cheap, endless = p * (p + 3) // 2 <= SMALL, unbounded_somewhere(patterns)
    newton_from = WARM if cheap else PATIENCE_OPEN if endless else PATIENCE
    least = DEGENERATE if cheap or not endless else DEGENERATE_OPEN
    places: list[Array] = []
    steps: list[Array] = []
    before, passed = np.inf, [np.inf] * WINDOW
    for iteration in range(1, max_iter + 1):
        step, decrement = _em_step(state)
        if decrement < DECREMENT or (decrement < FLAT and decrement > 0.5 * before):
            return (*state[:2], float(state[2][0]), iteration, True)
        proposal = _newton(patterns, state) if iteration > newton_from else None
        if proposal is None:
            newton_from = 2 * iteration if iteration > newton_from else newton_from
            places, steps = [*places[-MEMORY:], _vector(state)], [*steps[-MEMORY:], step]
            proposal = _at(patterns, *_moments(_accelerated(places, steps), p))
            if not _improves(proposal, state, decrement):
                places, steps = [], []
                proposal = _at(patterns, *_moments(_vector(state) + step, p))
        left = _least_left(proposal)
        stalled = endless and not cheap and left < REGULAR and decrement > 0.5 * passed[0]
        if left <= least or stalled:
            break
        state, before, passed = proposal, decrement, [*passed[1:], decrement]
        regular = state if left > REGULAR else regular
    return (*regular[:2], float(regular[2][0]), iteration, False)


def _at(patterns: Patterns, mean: Array, cov: Array) -> State:
    return mean, cov, fiml_value_gradient(patterns, cov, mean)


def _em_step(state: State) -> tuple[Array, float]:
    """An EM step over (μ, vech Σ) in terms of the gradient, δ = -½Σ F_μ and -ΣGΣ - δδ', and its decrement."""
    mean, cov, (_, d_sigma, d_mu, _) = state
    shift = -0.5 * cov @ d_mu
    change = symmetrize(-cov @ d_sigma @ cov)
    decrement = -0.5 * float(d_mu @ shift + np.sum(d_sigma * change))
    i, j = vech_indices(len(mean))
    return np.concatenate([shift, (change - np.outer(shift, shift))[i, j]]), decrement


def _accelerated(places: list[Array], steps: list[Array]) -> Array:
    """x + r - (ΔX + ΔR)γ, with the γ that makes r - ΔRγ shortest."""
    if len(places) < 2:
        return np.asarray(places[-1] + steps[-1])
    moved, turned = np.diff(np.array(places), axis=0), np.diff(np.array(steps), axis=0)
    weights = np.linalg.lstsq(turned.T, steps[-1], rcond=None)[0]
    return np.asarray(places[-1] + steps[-1] - weights @ (moved + turned))


def _improves(proposal: State, state: State, decrement: float) -> bool:
    """Whether F falls; near the end, where it is flat to its last digits, whether the next step is shorter."""
    if not _is_proper(proposal):
        return False
    if decrement < FLAT:
        return _em_step(proposal)[1] < decrement
    return bool(proposal[2][0] <= state[2][0])


def _newton(patterns: Patterns, state: State) -> State | None:
    """A halved step along the observed information's direction, else along the expected one's; None if both fail."""
    mean, cov, (value, d_sigma, d_mu, _) = state
    i, j = vech_indices(len(mean))
    score = -0.5 * np.concatenate([d_mu, d_sigma[i, j] * np.where(i == j, 1.0, 2.0)])
    for kind in ("observed", "expected"):
        inverse, _, ok = spd_inverse_logdet(saturated_information(patterns, mean, cov, kind))
        if ok:
            step = inverse @ score
            for halving in 0.5 ** np.arange(HALVINGS):
                trial = _at(patterns, *_moments(_vector(state) + halving * step, len(mean)))
                if _is_proper(trial) and trial[2][0] <= value + 1e-12 * abs(value):
                    return trial
    return None


def _is_proper(state: State) -> bool:
    return bool(state[2][3] and cholesky_flag(state[1])[1])


def _vector(state: State) -> Array:
    i, j = vech_indices(len(state[0]))
    return np.concatenate([state[0], state[1][i, j]])


def _moments(vector: Array, p: int) -> tuple[Array, Array]:
    return vector[:p], unvech(vector[p:])


def _least_left(state: State) -> float:
    """Smallest share of a variable's variance that the others leave, 1 / (σ_ii σ^ii); 0 of an improper matrix."""
    _, cov, at = state
    inverse, _, ok = spd_inverse_logdet(cov)
    return float((1 / (cov.diagonal() * inverse.diagonal())).min()) if at[3] and ok else 0.0


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
