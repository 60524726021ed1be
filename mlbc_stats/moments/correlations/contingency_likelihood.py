"""Polychoric correlations from contingency tables, thresholds given, and their influence functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from mlbc_stats.moments.correlations.newton_search import Maximum, informative, maximize
from mlbc_stats.moments.margins.bivariate_normal import TWO_PI, cell_sums, grid_cdf

Array = NDArray[Any]

#: Probabilities are not taken for smaller than this, the error of their computation.
LEAST = 1e-14


@dataclass(frozen=True, slots=True)
class Cells:
    """Probabilities of the cells of R tables and their derivatives; tables stand last, here and below.

    Attributes
    ----------
    probability : array [C, C, R].
    slope, curvature : arrays [C, C, R], first and second derivative by ρ.
    """

    probability: Array
    slope: Array
    curvature: Array


def table_correlations(tables: Array, rows: Array, columns: Array) -> Maximum:
    """Maximum-likelihood ρ of each table, thresholds fixed.

    Parameters
    ----------
    tables : array [C, C, R] of (weighted) counts.
    rows, columns : arrays [C-1, R], thresholds of the row and column variables, 38.5 beyond the last one.

    References
    ----------
    Olsson (1979), https://doi.org/10.1007/BF02296207, section on the two-step estimator.

    Examples
    --------
    >>> table = np.array([[[20.0], [10.0]], [[10.0], [20.0]]])
    >>> table_correlations(table, np.zeros((1, 1)), np.zeros((1, 1))).rho.round(6).tolist()
    [0.5]
    """

    def evaluate(active: Array, rho: Array) -> tuple[Array, Array, Array, Array]:
        part = (tables, rows, columns)
        if len(active) < len(rho_all):
            part = (tables[..., active], rows[:, active], columns[:, active])
        return _likelihood(part[0], cell_probabilities(part[1], part[2], rho))

    rho_all = _code_correlation(tables)
    usable = np.isfinite(rows[0] + columns[0]) & (tables.sum((0, 1)) > 0)
    return maximize(evaluate, np.where(usable, rho_all, np.nan))


def cell_probabilities(rows: Array, columns: Array, rho: Array) -> Cells:
    """Probabilities of all cells and their derivatives by ρ.

    ∂Φ₂/∂ρ = φ₂ and ∂φ₂/∂ρ = φ₂ [ρ/(1-ρ²) + (hk(1+ρ²) - ρ(h²+k²))/(1-ρ²)²] at the corners of the cells.

    Parameters
    ----------
    rows, columns : arrays [C-1, R] of thresholds.
    rho : array [R].

    Examples
    --------
    >>> cells = cell_probabilities(np.zeros((1, 1)), np.zeros((1, 1)), np.array([0.5]))
    >>> cells.probability[..., 0].round(6).tolist()
    [[0.333333, 0.166667], [0.166667, 0.333333]]
    """
    cuts, count = rows.shape
    corners = np.zeros((3, cuts + 2, cuts + 2, count))
    inner = corners[:, 1:-1, 1:-1]
    inner[0] = grid_cdf(rows, columns, rho)
    corners[0, 1:-1, -1], corners[0, -1, 1:-1], corners[0, -1, -1] = ndtr(rows), ndtr(columns), 1.0
    product = rows[:, None] * columns
    squares = np.square(rows)[:, None] + np.square(columns)
    left = 1.0 - rho * rho
    inner[1] = np.exp((rho * product - 0.5 * squares) / left) / (TWO_PI * np.sqrt(left))
    inner[2] = inner[1] * (rho / left + (product * (1.0 + rho * rho) - rho * squares) / (left * left))
    return Cells(*(cell_sums(part) for part in corners))


def table_influence(
    tables: Array, rho: Array, cuts: tuple[Array, Array], influences: tuple[Array, Array]
) -> Array:
    """What one case in each cell adds to ρ, the estimated thresholds accounted for.

    Parameters
    ----------
    tables : array [C, C, R].
    rho : array [R].
    cuts : thresholds [C-1, R] of the row and of the column variables.
    influences : their influences [C-1, C, R] (see ``threshold_influence``).

    Returns
    -------
    influence : array [C+1, C+1, R]; the last row and column are of cases that miss the other variable: with
        s = ∂log π/∂ρ it is (s_ab - A_i IF_i(a) - A_j IF_j(b)) / Σ n s², A the sum of s times the score of the
        thresholds.

    References
    ----------
    Muthén (1984), https://doi.org/10.1007/BF02294210; Olsson (1979), https://doi.org/10.1007/BF02296207

    Examples
    --------
    >>> from mlbc_stats.moments.margins.thresholds import threshold_influence
    >>> zero, table = np.zeros((1, 1)), np.array([[[20.0], [10.0]], [[10.0], [20.0]]])
    >>> one = threshold_influence(np.array([30.0, 30.0]), np.zeros(1))[..., None]
    >>> table_influence(table, np.array([0.5]), (zero, zero), (one, one))[0, :, 0].round(4).tolist()
    [0.0151, -0.0302, 0.0]
    """
    cells = cell_probabilities(*cuts, rho)
    probability = np.maximum(cells.probability, LEAST)
    score = np.where(tables > 0, cells.slope / probability, 0.0)
    mass = tables * score
    information = (mass * score).sum((0, 1))
    ratio = mass / probability
    first = _threshold_part(ratio, cuts, rho, influences[0])
    second = _threshold_part(ratio.swapaxes(0, 1), cuts[::-1], rho, influences[1])
    out = np.zeros((len(tables) + 1, len(tables) + 1, len(rho)))
    out[:-1, :-1] = score
    out[:-1] -= first[:, None]
    out[:, :-1] -= second
    return out / informative(information, tables.sum((0, 1)))


def threshold_slopes(own: Array, other: Array, rho: Array) -> Array:
    """∂π_tb/∂τ_t = φ(τ_t) [Φ((σ_b - ρτ_t)/√(1-ρ²)) - Φ((σ_b-1 - ρτ_t)/√(1-ρ²))]; that of π_t+1,b is its negative.

    Parameters
    ----------
    own, other : arrays [C-1, R], thresholds τ of the variable and σ of the one that it is crossed with.
    rho : array [R].

    Returns
    -------
    slopes : array [C-1, C, R].

    Examples
    --------
    >>> threshold_slopes(np.zeros((1, 1)), np.zeros((1, 1)), np.array([0.5]))[..., 0].round(6).tolist()
    [[0.199471, 0.199471]]
    """
    conditional = np.zeros((len(own), len(other) + 2, len(rho)))
    conditional[:, 1:-1] = ndtr((other - rho * own[:, None]) / np.sqrt(1.0 - rho * rho))
    conditional[:, -1] = 1.0
    density = np.exp(-0.5 * own * own) / np.sqrt(TWO_PI)
    return (conditional[:, 1:] - conditional[:, :-1]) * density[:, None]


def _likelihood(tables: Array, cells: Cells) -> tuple[Array, Array, Array, Array]:
    probability = np.maximum(cells.probability, LEAST)
    ratio = tables / probability
    relative = cells.slope * cells.slope / probability
    value = (tables * np.log(probability)).sum((0, 1))
    slope = (ratio * cells.slope).sum((0, 1))
    curvature = (ratio * (cells.curvature - relative)).sum((0, 1))
    return value, slope, curvature, tables.sum((0, 1)) * relative.sum((0, 1))


def _threshold_part(ratio: Array, cuts: tuple[Array, Array], rho: Array, influence: Array) -> Array:
    """A IF(a) [C, R] of the row variable: A_t = Σ_b (m_tb - m_t+1,b) ∂π_tb/∂τ_t with m = n s / π."""
    cross = ((ratio[:-1] - ratio[1:]) * threshold_slopes(*cuts, rho)).sum(1)
    return (cross[:, None] * influence).sum(0)


def _code_correlation(tables: Array) -> Array:
    """Pearson correlation of the codes 0, 1, 2, ..."""
    code = np.arange(len(tables), dtype=float)
    total, by_row, by_column = tables.sum((0, 1)), tables.sum(1), tables.sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        row, column = code @ by_row / total, code @ by_column / total
        cross = np.einsum("a,abr,b->r", code, tables, code, optimize=True) / total - row * column
        scale = (code**2 @ by_row / total - row**2) * (code**2 @ by_column / total - column**2)
        return np.nan_to_num(cross / np.sqrt(scale))
