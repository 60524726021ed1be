"""Correlations of residuals from casewise likelihoods: polyserial, normal, and polychoric given covariates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from mlbc_stats.moments.correlations.newton_search import Maximum, informative, maximize
from mlbc_stats.moments.margins.bivariate_normal import TWO_PI, bivariate_pdf, cell_sums, grid_cdf
from mlbc_stats.moments.margins.probit import interval_probability
from mlbc_stats.moments.margins.univariate import Margins

Array = NDArray[Any]

#: Probabilities of rectangles are not taken for smaller than this, the error of their computation.
LEAST = 1e-14


@dataclass(frozen=True, slots=True)
class CasePairs:
    """Second-step estimates of R pairs.

    Attributes
    ----------
    rho : array [..., R].
    influence : array [..., R, n], or None.
    converged, bounded : bool arrays [..., R].
    """

    rho: Array
    influence: Array | None
    converged: Array
    bounded: Array


def case_correlations(
    margins: Margins, kind: str, i: Array, j: Array, weights: Array, influence: bool = True
) -> CasePairs:
    """ρ of the pairs (i, j) by maximum likelihood given the margins, and its influence.

    Parameters
    ----------
    margins : first step, leading axes [...].
    kind : "continuous" (both), "serial" (i ordinal, j continuous) or "ordinal" (both).
    i, j : int arrays [R].
    weights : array [..., n].
    influence : whether it is wanted.

    Returns
    -------
    pairs : influence (s - A_i IF_i - A_j IF_j) / Σ w s², s the casewise score of ρ, A_i the sum of w times s times
        the score of variable i's first-step parameters in the bivariate likelihood.

    References
    ----------
    Muthén (1984), https://doi.org/10.1007/BF02294210; Olsson, Drasgow & Dorans (1982),
    https://doi.org/10.1007/BF02294164

    Examples
    --------
    >>> from mlbc_stats.moments.margins.univariate import fit_margins
    >>> x = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 2.0]])
    >>> first = fit_margins(x, x.astype(int), np.zeros(2, int), np.zeros((4, 0)), np.ones(4))
    >>> case_correlations(first, "continuous", np.array([1]), np.array([0]), np.ones(4)).rho.round(6).tolist()
    [0.632456]
    """
    both = margins.observed[i] & margins.observed[j]
    mass = weights[..., None, :] * both
    kernel = {"continuous": _normal, "serial": _serial, "ordinal": _rectangle}[kind]
    inputs = _inputs(margins, kind, i, j)
    flat = [part.reshape(-1, part.shape[-1]) for part in inputs]
    found = _estimate(kernel, flat, mass.reshape(-1, mass.shape[-1]), _start(margins, i, j, mass).ravel())
    shape = mass.shape[:-1]
    own = _influence(margins, kind, (i, j), kernel(flat, found.rho, True)[3], mass) if influence else None
    return CasePairs(
        found.rho.reshape(shape), own, found.converged.reshape(shape), found.bounded.reshape(shape)
    )


def _influence(
    margins: Margins, kind: str, pair: tuple[Array, Array], scores: tuple[Array, ...], mass: Array
) -> Array:
    score, *partials = (_shape(part, mass) for part in scores)
    score = np.where(margins.observed[pair[0]] & margins.observed[pair[1]], score, 0.0)
    weighted = mass * score
    total = score.copy()
    first = 1 if kind == "continuous" else 2
    for variable, own in zip(pair, (partials[:first], partials[first:]), strict=True):
        cross = _cross(margins, variable, weighted, own)
        total -= np.matmul(cross[..., None, :], margins.influence[..., variable, :, :])[..., 0, :]
    information = (weighted * score).sum(-1)
    return total / informative(information, mass.sum(-1))[..., None]


def _shape(part: Array, mass: Array) -> Array:
    return part.reshape(mass.shape)


def _inputs(margins: Margins, kind: str, i: Array, j: Array) -> list[Array]:
    first = [margins.deviate[..., i, :]] if kind == "continuous" else _limits(margins, i)
    second = _limits(margins, j) if kind == "ordinal" else [margins.deviate[..., j, :]]
    return [*first, *second]


def _limits(margins: Margins, which: Array) -> list[Array]:
    return [margins.lower[..., which, :], margins.upper[..., which, :]]


def _estimate(kernel: Any, parts: list[Array], mass: Array, start: Array) -> Maximum:
    def evaluate(active: Array, rho: Array) -> tuple[Array, Array, Array, Array]:
        value, slope, curvature, _ = kernel([part[active] for part in parts], rho, False)
        weight = mass[active]
        information = (weight * slope * slope).sum(-1)
        return (weight * value).sum(-1), (weight * slope).sum(-1), (weight * curvature).sum(-1), information

    return maximize(evaluate, start)


def _start(margins: Margins, i: Array, j: Array, mass: Array) -> Array:
    """Correlation of the residuals, those of ordinal variables replaced by their expectations."""
    scale = np.exp(-0.5 * margins.lower**2) - np.exp(-0.5 * margins.upper**2)
    expected = scale / (np.sqrt(TWO_PI) * interval_probability(margins.lower, margins.upper))
    values = margins.deviate + expected
    first, second = values[..., i, :], values[..., j, :]
    with np.errstate(divide="ignore", invalid="ignore"):  # NaN where no case has both
        squares = (mass * first**2).sum(-1) * (mass * second**2).sum(-1)
        return (mass * first * second).sum(-1) / np.sqrt(squares)


def _cross(margins: Margins, variable: Array, weighted: Array, partials: list[Array]) -> Array:
    """Σ w s_ρ times the score of the variable's own parameters [..., R, q]."""
    if len(partials) == 2:
        by_lower, by_upper = partials
        out = np.matmul((weighted * by_upper)[..., None, :], margins.up[variable].swapaxes(-1, -2))
        out += np.matmul((weighted * by_lower)[..., None, :], margins.down[variable].swapaxes(-1, -2))
        return out[..., 0, :]
    deviate, (slope,) = margins.deviate[..., variable, :], partials
    k = len(margins.basis)
    variance = margins.theta[..., variable, k]
    out = np.zeros((*weighted.shape[:-1], margins.theta.shape[-1]))
    out[..., :k] = -((weighted * slope) @ margins.basis.T) / np.sqrt(variance)[..., None]
    out[..., k] = -(weighted * (slope * deviate + 1.0)).sum(-1) / (2.0 * variance)
    return out


def _normal(parts: list[Array], rho: Array, partials: bool) -> tuple[Any, ...]:
    """log φ₂ of two standardized residuals, derivatives by ρ, and by the residuals."""
    u, v = parts
    r = rho[:, None]
    left = 1.0 - r * r
    product, squares = u * v, u * u + v * v
    value = -0.5 * np.log(left) - (0.5 * squares - r * product) / left
    slope = (r + product) / left - r * (squares - 2.0 * r * product) / left**2
    if partials:
        return value, slope, None, (slope, -(u - r * v) / left, -(v - r * u) / left)
    cubic = (1.0 + r * r) / left**2 + 2.0 * r * product / left**2
    cubic -= (squares - 4.0 * r * product) / left**2 + 4.0 * r * r * (squares - 2.0 * r * product) / left**3
    return value, slope, cubic, None


def _serial(parts: list[Array], rho: Array, partials: bool) -> tuple[Any, ...]:
    """log P(category | residual u), derivatives by ρ, and by the limits and u."""
    lower, upper, u = parts
    r = rho[:, None]
    left = 1.0 - r * r
    root = np.sqrt(left)
    a, b = (lower - r * u) / root, (upper - r * u) / root
    probability = interval_probability(a, b)
    scale = 1.0 / (np.sqrt(TWO_PI) * probability)
    at_a, at_b = np.exp(-0.5 * a * a) * scale, np.exp(-0.5 * b * b) * scale
    da, db = (r * lower - u) / (left * root), (r * upper - u) / (left * root)
    slope = at_b * db - at_a * da
    if partials:
        return None, slope, None, (slope, -at_a / root, at_b / root, -u - r * (at_b - at_a) / root)
    dda = lower / (left * root) + 3.0 * r * da / left
    ddb = upper / (left * root) + 3.0 * r * db / left
    curvature = at_b * (ddb - b * db * db) - at_a * (dda - a * da * da) - slope * slope
    return np.log(probability), slope, curvature, None


def _rectangle(parts: list[Array], rho: Array, partials: bool) -> tuple[Any, ...]:
    """log P of the rectangle between limits, derivatives by ρ, and by the four limits."""
    rows, columns = np.stack(parts[:2]), np.stack(parts[2:])
    r = rho[:, None]
    probability = np.maximum(cell_sums(grid_cdf(rows, columns, r))[0, 0], LEAST)
    h, k = rows[:, None], columns[None]
    density = bivariate_pdf(h, k, r)
    slope = cell_sums(density)[0, 0] / probability
    if partials:
        return None, slope, None, (slope, *_edges(rows, columns, r, probability))
    left = 1.0 - r * r
    bend = density * (r / left + (h * k * (1.0 + r * r) - r * (h * h + k * k)) / (left * left))
    return np.log(probability), slope, cell_sums(bend)[0, 0] / probability - slope * slope, None


def _edges(rows: Array, columns: Array, rho: Array, probability: Array) -> list[Array]:
    """Derivatives of log P by the lower and upper limits of the first, then of the second variable."""
    root, out = np.sqrt(1.0 - rho * rho), []
    for own, other in ((rows, columns), (columns, rows)):
        conditional = ndtr((other - rho * own[:, None]) / root)
        density = np.exp(-0.5 * own * own) / np.sqrt(TWO_PI)
        edge = density * (conditional[:, 1] - conditional[:, 0]) / probability
        out += [-edge[0], edge[1]]
    return out
