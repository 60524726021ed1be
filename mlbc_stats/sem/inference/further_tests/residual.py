"""Browne's residual-based tests: how far the sample moments lie from the model, whatever the estimator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import spd_inverse_logdet, vech_indices
from mlbc_stats.moments.gamma import pool
from mlbc_stats.moments.incomplete.information import saturated_information
from mlbc_stats.moments.sample.moments import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.raw_moments import adf, raw_rows
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.implied.first_derivatives import gradient, moment_jacobian, normal_information
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.inference.chi_square import ChiSquareTest, tail
from mlbc_stats.sem.inference.moment_covariance import saturated_covariance

PREFIX = "browne.residual."


@dataclass(frozen=True, slots=True)
class Pulled:
    """Residuals e of one group under a weight W: e'We, Δ'We (q_g,) and Δ'WΔ (q_g, q_g)."""

    length: float
    slope: Floats
    information: Floats


def residual_test(solution: Solution, test: str, df: int, sizes: Sequence[float]) -> ChiSquareTest:
    """T = Σ_g n_g e'[W − WΔ(Δ'WΔ)⁻¹Δ'W]e with e the sample moments less the implied ones.

    W is the normal-theory weight at the sample covariances (browne.residual.nt) or at the implied ones
    (browne.residual.nt.model), or the inverse of the distribution-free Γ about the sample moments
    (browne.residual.adf) or the implied ones (browne.residual.adf.model). Δ is taken along the directions that
    equality constraints leave; `sizes` are n_g, the multipliers of the standard test.

    With incomplete data e are the saturated estimates less the implied moments and W is the observed information of
    the saturated model, after robust two stages AB⁻¹A with the first-order information B; of nt.model with FIML, as in
    lavaan 0.7, e rests on the covariances of the available pairs; with sampling weights it has no numbers.

    References
    ----------
    Browne (1984), doi:10.1111/j.2044-8317.1984.tb00789.x; Yuan & Bentler (1998),
    doi:10.1111/j.2044-8317.1998.tb00682.x (at the implied moments). In R: ``lavTest(fit, test =
    "browne.residual.nt")``.
    """
    kind = test.removeprefix(PREFIX)
    parts = [
        _pulled(kind, solution, ram, moments, implied)
        for ram, moments, implied in zip(solution.rams, solution.moments, solution.implied(), strict=True)
    ]
    groups = _projected(solution, parts, sizes)
    return ChiSquareTest(test, sum(groups), df, tail(sum(groups), df), group_stats=groups)


def _projected(solution: Solution, parts: Sequence[Pulled], sizes: Sequence[float]) -> tuple[float, ...]:
    """Each group's n e'We of what is left of e after the step h = (Δ'WΔ)⁻¹Δ'We: n (e'We − 2h'Δ'We + h'Δ'WΔh)."""
    q = len(solution.theta)
    slope, information = np.zeros(q), np.zeros((q, q))
    for ram, n, part in zip(solution.rams, sizes, parts, strict=True):
        slope[ram.free] += n * part.slope
        information[np.ix_(ram.free, ram.free)] += n * part.information
    step = constrained_inverse(information, solution.basis).matrix @ slope
    moves = [step[ram.free] for ram in solution.rams]
    return tuple(
        float(n * (part.length + h @ (part.information @ h - 2 * part.slope)))
        for n, part, h in zip(sizes, parts, moves, strict=True)
    )


def _pulled(kind: str, solution: Solution, ram: Ram, moments: SampleMoments, implied: Implied) -> Pulled:
    """Normal theory by products of (p, p) matrices, other weights over all moments."""
    incomplete = solution.method.fiml or solution.method.two_stage
    if kind.startswith("nt") and not incomplete:
        weight, _, ok = spd_inverse_logdet(moments.cov if kind == "nt" else implied.sigma)
        return _normal(ram, moments, implied, weight if ok else np.full_like(weight, np.nan))
    residual = _residual(solution.method.fiml and kind == "nt.model", ram, moments, implied)
    if solution.method.missing == "robust_two_stage" and kind == "nt.model":
        weight = _robust_weight(moments, implied)
    else:
        weight = _weight(kind, incomplete, ram, moments, implied, residual)
    delta = moment_jacobian(ram, implied)
    weighed = weight @ delta
    return Pulled(float(residual @ weight @ residual), weighed.T @ residual, weighed.T @ delta)


def _residual(available: bool, ram: Ram, moments: SampleMoments, implied: Implied) -> Floats:
    """e (m,) over all moments of a group; `available` takes the sample's from the available pairs."""
    if moments.ordinal is not None:
        return moments.ordinal.moments - np.asarray(implied.stacked)
    mean, cov = available_moments(moments) if available else (moments.mean, moments.cov)
    return _stack(ram, cov, mean) - _stack(ram, implied.sigma, implied.mu)


def _normal(ram: Ram, moments: SampleMoments, implied: Implied, weight: Floats) -> Pulled:
    """½tr(WEWE) + m'Wm and its slopes, with E and m the residuals of covariances and means."""
    gap = moments.cov - implied.sigma
    pulled = weight @ gap @ weight
    length, mean_slope = 0.5 * float(np.sum(pulled * gap)), None
    if ram.means and implied.mu is not None:
        means = np.asarray(moments.mean) - implied.mu
        mean_slope = weight @ means
        length += float(means @ mean_slope)
    return Pulled(
        length, gradient(ram, implied, pulled / 2, mean_slope), normal_information(ram, implied, weight)
    )


def _weight(
    kind: str, incomplete: bool, ram: Ram, moments: SampleMoments, implied: Implied, residual: Floats
) -> Floats:
    if kind.startswith("nt") and moments.patterns is not None:
        mean, cov = (moments.mean, moments.cov) if kind == "nt" else (implied.mu, implied.sigma)
        return saturated_information(moments.patterns, np.asarray(mean), cov, "observed")
    if incomplete:
        gamma = saturated_covariance(moments, "sandwich")
    elif kind == "adf.model" and moments.ordinal is None:
        gamma = _about_model(ram, moments, implied)
    else:
        gamma = adf(moments, ram)
    if kind == "adf.model" and (incomplete or moments.ordinal is not None):
        gamma = gamma + np.outer(residual, residual)
    weight, varying = np.zeros_like(gamma), np.flatnonzero(np.diag(gamma) > 0)
    inverse, _, ok = spd_inverse_logdet(gamma[np.ix_(varying, varying)])
    weight[np.ix_(varying, varying)] = inverse if ok else np.nan
    return weight


def _robust_weight(moments: SampleMoments, implied: Implied) -> Floats:
    """AB⁻¹A at the model, A the observed and B the first-order information of the saturated incomplete data."""
    if moments.patterns is None:
        raise DataError("no patterns of missing values; this is a fault of the package")
    at = (moments.patterns, np.asarray(implied.mu), implied.sigma)
    bread = saturated_information(*at, "observed")
    meat = saturated_information(*at, "first_order", raw_rows(moments), moments.weights, moments.cluster)
    inverse, _, definite = spd_inverse_logdet(meat)
    return bread @ inverse @ bread if definite else np.full_like(bread, np.nan)


def _about_model(ram: Ram, moments: SampleMoments, implied: Implied) -> Floats:
    """Mean cross product (m, m) of the deviations from the implied moments, given fixed covariates."""
    sigma, x = implied.sigma, ram.exogenous
    rows, cols = vech_indices(len(sigma))
    centred = raw_rows(moments) - np.asarray(moments.mean if implied.mu is None else implied.mu)
    products = centred[:, rows] * centred[:, cols] - sigma[rows, cols]
    if len(x):
        slopes = np.linalg.solve(sigma[np.ix_(x, x)], sigma[x])
        fitted = centred[:, x] @ slopes
        products -= fitted[:, rows] * fitted[:, cols] - (sigma[:, x] @ slopes)[rows, cols]
        products[:, np.isin(rows, x) & np.isin(cols, x)] = 0.0
        centred = centred - fitted
        centred[:, x] = 0.0
    deviations = np.concatenate([centred, products], axis=1) if ram.means else products
    sums, factor = pool(deviations, moments.weights, moments.cluster)
    return sums.T @ sums * factor


def available_moments(moments: SampleMoments) -> tuple[Floats, Floats]:
    """Means of the available answers, and covariances of the available pairs times (n − 1)/n; NaN without two pairs.

    NaN with sampling weights, under which they are not defined.
    """
    if moments.raw is None or moments.weights is not None:
        return np.full(len(moments.names), np.nan), np.full(moments.cov.shape, np.nan)
    known = ~np.isnan(moments.raw)
    x, here = np.nan_to_num(moments.raw - np.nanmean(moments.raw, axis=0)), known.astype(float)
    pairs, sums = here.T @ here, x.T @ here
    with np.errstate(invalid="ignore", divide="ignore"):
        cov = (x.T @ x - sums * sums.T / pairs) / (pairs - 1) * (len(x) - 1) / len(x)
    return np.nanmean(moments.raw, axis=0), np.where(pairs > 1, cov, np.nan)


def _stack(ram: Ram, cov: Floats, mean: Floats | None) -> Floats:
    rows, cols = vech_indices(len(cov))
    return np.concatenate([np.asarray(mean), cov[rows, cols]]) if ram.means else cov[rows, cols]
