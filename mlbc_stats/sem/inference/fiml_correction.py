"""χ² of incomplete data as if the saturated moments were complete data, for the robust fit indices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve

from mlbc_stats.linalg import cholesky_flag, spd_inverse_logdet, vech_indices
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.moments.sample.saturated_curvature import saturated_curvature
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom
from mlbc_stats.sem.inference.sandwich import normal_weight

ROBUST = ("robust.huber.white", "robust.cluster")


def corrected_tests(
    solution: Solution, baseline: Solution, exogenous: Collection[str] = ()
) -> tuple[ChiSquareTest, ChiSquareTest]:
    """Corrected tests of a model fitted to incomplete data and of its baseline.

    With S̃, m̃ the saturated estimates, T = n F(S̃, m̃; Σ̂, μ̂) is the complete-data statistic at the FIML estimates.
    It exceeds what misfit alone would give, since S̃ holds less information than complete data; its expectation is
    c·df with c·df = tr(KᵀWKΓ), K = I − Δ(ΔᵀHΔ)⁻¹ΔᵀH, H the observed information of the saturated moments, Γ their
    asymptotic covariance (H⁻¹, or the sandwich with robust errors) and W the complete-data weight at S̃.

    Parameters
    ----------
    solution, baseline : fitted by FIML to the same moments.
    exogenous : observed covariates, whose own moments are not tested (as lavaan, also when they are not fixed).

    Returns
    -------
    tuple of ChiSquareTest
        `stat` is T and `scaling_factor` c (1 without degrees of freedom); `pvalue` is not defined. Both are NaN where
        the data leave a saturated moment undetermined, or the likelihood without a maximum: T rests on all of S̃.

    References
    ----------
    Zhang & Savalei (2023), doi:10.1037/met0000445. In R: the ``.robust`` entries of ``fitMeasures(fit)`` with
    ``missing = "ml"``.
    """
    if not (
        solution.saturated and all(saturated_curvature(moments).determined for moments in solution.moments)
    ):
        none = [
            ChiSquareTest("corrected", np.nan, degrees_of_freedom(each), np.nan, np.nan)
            for each in (solution, baseline)
        ]
        return none[0], none[1]
    groups = [
        _saturated(moments, ram, exogenous, solution.method.se in ROBUST)
        for moments, ram in zip(solution.moments, solution.rams, strict=True)
    ]
    return _corrected(solution, groups), _corrected(baseline, groups)


@dataclass(frozen=True, slots=True)
class Saturated:
    """Saturated moments of one group: what is kept of the m moments, with H and W over them (k, k).

    Γ is H⁻¹, or RRᵀ with the root R (k, r) of robust errors; `trace` is tr(WΓ). Neither Γ is multiplied out.
    """

    kept: Ints
    information: Floats
    weight: Floats
    root: Floats | None
    trace: float

    def spread(self, delta: Floats, informed: Floats) -> Floats:
        """ΓHΔ (k, q) from Δ and HΔ."""
        return delta if self.root is None else self.root @ (self.root.T @ informed)


def _saturated(moments: SampleMoments, ram: Ram, exogenous: Collection[str], robust: bool) -> Saturated:
    """Fixed covariates leave the moments altogether; covariates that are not fixed only lose their weight."""
    known = saturated_curvature(moments)
    ours = np.array([name in exogenous for name in moments.names])
    rows, cols = vech_indices(len(ours))
    covariate = np.concatenate([ours, ours[rows] & ours[cols]])
    weight = normal_weight(spd_inverse_logdet(moments.cov)[0], True)
    weight[covariate] = 0.0
    weight[:, covariate] = 0.0
    kept, information, lower = np.arange(len(covariate)), known.information, known.lower
    if len(ram.exogenous):
        kept = np.flatnonzero(~covariate)
        information, weight = known.information[np.ix_(kept, kept)], weight[np.ix_(kept, kept)]
        lower = cholesky_flag(information)[0]
    if not robust:
        trace = np.sum(weight * spd_inverse_logdet(information)[0])
        return Saturated(kept, information, weight, None, float(trace))
    root = cho_solve((lower, True), np.sqrt(known.factor) * known.scores[:, kept].T)
    return Saturated(kept, information, weight, root, float(np.sum((weight @ root) * root)))


def _corrected(solution: Solution, groups: list[Saturated]) -> ChiSquareTest:
    df = degrees_of_freedom(solution)
    implied = solution.implied()
    stat = sum(_complete_statistic(m, each) for m, each in zip(solution.moments, implied, strict=True))
    factor = _expectation(solution, implied, groups) / df if df > 0 else 1.0
    return ChiSquareTest("corrected", float(stat), df, np.nan, float(factor))


def _complete_statistic(moments: SampleMoments, implied: Implied) -> float:
    """n [log|Σ̂| − log|S̃| + tr(S̃Σ̂⁻¹) − p + (m̃ − μ̂)ᵀΣ̂⁻¹(m̃ − μ̂)]."""
    inverse, logdet, _ = spd_inverse_logdet(implied.sigma)
    _, own, _ = spd_inverse_logdet(moments.cov)
    gap = np.asarray(moments.mean) - np.asarray(implied.mu)
    misfit = logdet - own + np.sum(inverse * moments.cov) - len(gap) + gap @ inverse @ gap
    return float(moments.n) * float(misfit)


def _expectation(solution: Solution, implied: tuple[Implied, ...], groups: list[Saturated]) -> float:
    """tr(KᵀWKΓ) = tr(WΓ) − 2 tr(E ΔᵀHΓWΔ) + tr(ΔᵀWΔ E ΔᵀHΓHΔ E), E = (ΔᵀHΔ)⁻¹, groups weighted by share."""
    q = len(solution.theta)
    bread, cross, outer, meat = np.zeros((4, q, q))
    total = 0.0
    for ram, each, group, share in zip(solution.rams, implied, groups, solution.shares, strict=True):
        delta = np.zeros((len(group.kept), q))
        delta[:, ram.free] = moment_jacobian(ram, each)[group.kept]
        informed, weighted = group.information @ delta, group.weight @ delta
        spread = group.spread(delta, informed)
        bread += share * (delta.T @ informed)
        cross += share * (spread.T @ weighted)
        outer += share * (delta.T @ weighted)
        meat += share * (informed.T @ spread)
        total += group.trace
    inverse = constrained_inverse(bread, solution.basis).matrix
    return total - 2 * float(np.sum(inverse * cross.T)) + float(np.trace(outer @ inverse @ meat @ inverse))
