"""Put the sample moments of each group beside the implied ones, with their lengths under the estimator's weight."""

from __future__ import annotations

import numpy as np

from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.incomplete.information import saturated_information
from mlbc_stats.moments.ordinal.moments import cut_points, residual_covariance, slopes
from mlbc_stats.moments.sample.moments import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.functions import Discrepancy
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.estimation.unseen_moments import unseen_covariances
from mlbc_stats.sem.fit_measures.residual import GroupMoments
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.inference.further_tests.residual import available_moments
from mlbc_stats.sem.inference.ordinal_correction import ordinal_pair
from mlbc_stats.sem.inference.sandwich import full_weight


def group_moments(solution: Solution) -> list[GroupMoments]:
    """Sample beside implied moments, per group."""
    pairs = zip(
        solution.rams, solution.moments, solution.implied(), solution.objective.discrepancies, strict=True
    )
    if solution.method.ordinal:
        sloped = solution.method.rules.slopes_in_residuals
        return [
            _ordinal_moments(moments, implied, discrepancy, sloped)
            for _, moments, implied, discrepancy in pairs
        ]
    return [
        GroupMoments(
            sample_cov=_told(moments, implied),
            unseen=unseen_covariances(moments),
            implied_cov=implied.sigma,
            n=float(moments.total_weight),
            sample_mean=moments.mean if implied.mu is not None else None,
            implied_mean=implied.mu,
            exogenous=tuple(ram.exogenous.tolist()),
            lengths=_lengths(solution.method, ram, moments, implied, discrepancy),
        )
        for ram, moments, implied, discrepancy in pairs
    ]


def _told(moments: SampleMoments, implied: Implied) -> Floats:
    """Sample covariances, those that incomplete data say nothing about as the model has them."""
    unseen = unseen_covariances(moments)
    return moments.cov if unseen is None else np.where(unseen, implied.sigma, moments.cov)


def _ordinal_moments(
    moments: SampleMoments, implied: Implied, discrepancy: Discrepancy, sloped: bool
) -> GroupMoments:
    """Thresholds, slopes and covariances (of y* given covariates, in its scale) beside the implied ones."""
    sample, model = ordinal_pair(moments, implied)
    at = [moments.names.index(name) for name in sample.covariates]
    return GroupMoments(
        sample_cov=residual_covariance(sample),
        implied_cov=residual_covariance(model),
        n=float(moments.total_weight),
        threshold_gaps=cut_points(sample) - cut_points(model),
        lengths=(
            float(discrepancy.evaluate(*implied.fitted).value),
            float(discrepancy.evaluate(np.zeros_like(model.moments), None).value),
        ),
        count=len(model.moments),
        slope_gaps=slopes(sample) - slopes(model) if at and sloped else None,
        covariate_scale=np.sqrt(np.diagonal(moments.cov)[at]),
        padding=0 if sloped else len(at),
    )


def _lengths(
    method: Method, ram: Ram, moments: SampleMoments, implied: Implied, discrepancy: Discrepancy
) -> tuple[float, float] | None:
    """e'We and s'Ws of incomplete data and of weights over all moments; None where W is a normal-theory weight.

    With FIML s are the moments of the available answers and W is the expected information at the model.
    """
    if method.fiml:
        if (
            moments.patterns is None
            or implied.mu is None
            or moments.raw is None
            or moments.weights is not None
        ):
            return np.nan, np.nan
        mean, cov = available_moments(moments)
        weight = saturated_information(moments.patterns, implied.mu, implied.sigma, "expected")
        return _two_lengths(ram, implied, cov, mean, weight)
    if method.discrepancy not in {"WLS", "DWLS"}:
        return None
    weight = full_weight(discrepancy.evaluate(*implied.fitted), ram.means)
    return _two_lengths(ram, implied, moments.cov, moments.mean, weight)


def _two_lengths(
    ram: Ram, implied: Implied, cov: Floats, mean: Floats | None, weight: Floats
) -> tuple[float, float]:
    """e'We and s'Ws without the moments of fixed covariates."""
    rows, cols = vech_indices(len(cov))
    fixed = np.isin(rows, ram.exogenous) & np.isin(cols, ram.exogenous)
    sample, model = cov[rows, cols], implied.sigma[rows, cols]
    if ram.means:
        sample = np.concatenate([np.asarray(mean), sample])
        model = np.concatenate([np.asarray(implied.mu), model])
        fixed = np.concatenate([np.isin(np.arange(len(cov)), ram.exogenous), fixed])
    gap, size = np.where(fixed, 0.0, sample - model), np.where(fixed, 0.0, sample)
    return float(gap @ weight @ gap), float(size @ weight @ size)
