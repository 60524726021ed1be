"""What fit measures need of two levels: the distances of each, its covariates' likelihood, and the discrepancy."""

from __future__ import annotations

import numpy as np

from mlbc_stats.linalg import cov2cor, spd_inverse_logdet, vech_indices
from mlbc_stats.moments.ordinal.moments import residual_covariance
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.estimation.weights import shares
from mlbc_stats.sem.fit_measures.inputs import LevelIndices
from mlbc_stats.sem.implied.continuous_engine import split_exogenous
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.implied.random.engine import SlopeEngine
from mlbc_stats.sem.inference.model_tests import group_statistics
from mlbc_stats.sem.inference.ordinal_correction import ordinal_pair
from mlbc_stats.sem.specification.levels import level_of


def level_indices(solution: Solution) -> LevelIndices | None:
    """SRMR of both levels, and −log L/N; None for models of one level.

    SRMR of a level is √[Σ (r_ij − ρ_ij)²/(p(p + 1)/2)] over its distinct pairs of variables, r and ρ the correlations
    of the unrestricted and of the implied covariances of that level; of several groups the average by cases.

    References
    ----------
    Asparouhov & Muthén (2018), SRMR in Mplus, technical note. In R: ``fitMeasures(fit, c("srmr_within",
    "srmr_between"))``.
    """
    if solution.moments[0].cluster_sizes is None:
        return None
    sizes = np.array([float(moments.n) for moments in solution.moments])
    pairs = zip(solution.moments, solution.implied(), strict=True)
    each = np.array([_srmr(moments, implied) for moments, implied in pairs])
    within, between = (sizes / sizes.sum()) @ each
    return LevelIndices(float(within), float(between), _minimum(solution))


def _srmr(moments: SampleMoments, implied: Implied) -> tuple[float, float]:
    sigma, w = implied.sigma, sum(level_of(name) == 1 for name in moments.names)
    if moments.ordinal is not None:
        sigma = residual_covariance(ordinal_pair(moments, implied)[1])
    parts = (slice(None, w), slice(w, None))
    found = [_distance(moments.cov[part, part], sigma[part, part]) for part in parts]
    return found[0], found[1]


def _distance(sample: Floats, implied: Floats) -> float:
    """Root mean square of the differences of correlations, the diagonal counted; NaN where a variance is negative."""
    i, j = vech_indices(len(sample))
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = (cov2cor(sample) - cov2cor(implied))[i, j]
    return float(np.sqrt(np.mean(gap**2)))


def _minimum(solution: Solution) -> float:
    """What is minimized: −log L/N without its constant, covariates among the variables; χ²/2N of ordinal items."""
    if solution.method.ordinal:
        return sum(group_statistics(solution)) / (2 * solution.n)
    total = 0.0
    weights = shares(solution.method, solution.moments)
    for moments, implied, share in zip(solution.moments, solution.implied(), weights, strict=True):
        if moments.levels is not None:
            sigma, mu = implied.fitted
            value = moments.levels.data.likely(sigma, np.asarray(mu), False).value
            total += 0.5 * float(share * value)
    return total


def level_covariates(moments: SampleMoments, ram: Ram) -> float:
    """Log-likelihood of the fixed covariates of both levels at their own moments."""
    levels = moments.levels
    if levels is None:
        return 0.0
    w = levels.data.layout.n_within
    within, between = split_exogenous(ram.exogenous, w)
    if isinstance(ram.engine, SlopeEngine):  # the likelihood is that given the covariates within
        within = within[:0]
    counts = float(levels.data.n_rows), float(len(levels.data.cluster_sizes))
    return sum(
        _normal(moments.cov[places[:, None], places], n)
        for places, n in zip((within, between + w), counts, strict=True)
    )


def _normal(cov: Floats, n: float) -> float:
    p = len(cov)
    return -0.5 * n * (p * (np.log(2 * np.pi) + 1) + float(spd_inverse_logdet(cov)[1])) if p else 0.0
