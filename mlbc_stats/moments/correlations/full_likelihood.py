"""Full maximum likelihood of pairs: thresholds and correlation at once, instead of in two steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.correlations.contingency_likelihood import LEAST, cell_probabilities, threshold_slopes
from mlbc_stats.moments.correlations.newton_search import BOUND, lies_flat
from mlbc_stats.moments.margins.bivariate_normal import FAR
from mlbc_stats.moments.margins.probit import ordered_probit

Array = NDArray[Any]

#: Fisher scoring stops when no parameter moves by more.
SMALL = 1e-9
#: Where atanh ρ stops.
EDGE = float(np.arctanh(BOUND))
#: Largest step of a parameter.
LARGEST = 0.5
#: Steps of Fisher scoring before Newton's own, which is quicker where tables are nearly empty.
SCORING = 12
#: Steps before giving up.
STEPS = 200
#: Step of the differences of the gradient that give the observed information.
DIFFERENCE = 1e-5


@dataclass(frozen=True, slots=True)
class JointPairs:
    """Estimates of R pairs of ordinal variables.

    Attributes
    ----------
    rho, std_error : arrays [R]; errors from the observed information, NaN where ρ is at its bound
        or did not converge.
    rows, columns : arrays [R, C-1] of thresholds, 38.5 beyond a variable's own.
    converged : bool array [R].
    """

    rho: Array
    std_error: Array
    rows: Array
    columns: Array
    converged: Array


def joint_correlations(tables: Array, rows: Array, columns: Array, rho: Array) -> JointPairs:
    """Maximum-likelihood thresholds and correlation of each table, by Fisher scoring.

    Parameters
    ----------
    tables : array [R, C, C] of counts.
    rows, columns : arrays [R, C-1], thresholds to start from, 38.5 beyond a variable's own.
    rho : array [R] to start from, the two-step estimates.

    References
    ----------
    Olsson (1979), https://doi.org/10.1007/BF02296207

    Notes
    -----
    In R: ``polycor::polychor(x, y, ML = TRUE, std.err = TRUE)``.

    Examples
    --------
    >>> zero = np.zeros((1, 1))
    >>> found = joint_correlations(np.array([[[20.0, 10.0], [10.0, 20.0]]]), zero, zero, np.array([0.2]))
    >>> found.rho.round(6).tolist(), found.std_error.round(4).tolist()
    ([0.5], [0.1656])
    """
    cuts = rows.shape[1]
    theta = np.concatenate([rows, columns, np.clip(np.arctanh(rho), -EDGE, EDGE)[:, None]], 1)
    free = np.concatenate([rows < FAR, columns < FAR, np.ones((len(rho), 1), bool)], 1)
    converged = _score_steps(theta, free, tables)
    last = np.tanh(theta[:, -1])
    error = _standard_error(theta, free, tables, converged) * (1.0 - last**2)
    return JointPairs(last, error, theta[:, :cuts], theta[:, cuts:-1], converged)


def joint_polyserial(codes: Array, categories: int, deviate: Array) -> tuple[float, float, Array, bool]:
    """Maximum-likelihood polyserial correlation: the ordered probit on the standardized continuous variable.

    With slope b and thresholds a the correlation is b/√(1+b²) and the thresholds of y* are a/√(1+b²), because the
    likelihood of the continuous variable and that of the categories given it have no parameter in common.

    Parameters
    ----------
    codes : int array [n].
    deviate : array [n], (x - mean) / standard deviation with divisor n.

    Returns
    -------
    rho, std_error, thresholds, converged : the error is from the information of the regression, moments of x taken
        as known.

    Notes
    -----
    In R: ``polycor::polyserial(x, y, ML = TRUE)``, which takes the standard deviation with divisor n - 1.

    Examples
    --------
    >>> codes, x = np.array([0, 1, 0, 1, 1, 0]), np.array([-1.0, 1.0, 0.5, -0.5, 0.7, -0.7])
    >>> round(joint_polyserial(codes, 2, x)[0], 4)
    0.7096
    """
    fit = ordered_probit(codes, categories, deviate[:, None], np.ones(len(codes)))
    if not fit.ok:
        return np.nan, np.nan, np.full(categories - 1, np.nan), False
    slope = float(fit.theta[-1])
    root = np.sqrt(1.0 + slope * slope)
    error = float(np.sqrt(spd_inverse_logdet(fit.information)[0][-1, -1]) / root**3)
    return slope / float(root), error, fit.theta[:-1] / root, True


def _score_steps(theta: Array, free: Array, tables: Array) -> Array:
    """Fisher scoring with halving; changes theta, returns which rows converged."""
    rows = np.flatnonzero(np.isfinite(theta).all(1) & (np.abs(theta[:, -1]) < EDGE))
    converged = np.zeros(len(theta), bool)
    best, anchor = np.full(len(theta), -np.inf), theta.copy()
    for iteration in range(STEPS):
        if not len(rows):
            break
        value, slope, information = _derivatives(theta[rows], tables[rows])
        fell = ~(value >= best[rows] - 1e-12 * np.abs(best[rows]))
        inverse, definite = _inverse(information, free[rows])
        if iteration >= SCORING:
            observed, concave = _inverse(_observed(theta[rows], free[rows], tables[rows]), free[rows])
            inverse = np.where(concave[:, None, None], observed, inverse)
        step = np.matmul(inverse, (slope * free[rows])[..., None])[..., 0]
        step *= np.minimum(1.0, LARGEST / np.maximum(np.abs(step).max(1), LARGEST))[:, None]
        back = 0.5 * (theta[rows] + anchor[rows])
        target = np.where(fell[:, None], back, theta[rows] + step)
        flat = ~fell & lies_flat(theta[rows, -1], slope[:, -1], information[:, -1, -1])
        edge = np.where(flat, np.sign(target[:, -1]) * EDGE, target[:, -1])
        target[:, -1] = np.clip(edge, -EDGE, EDGE)
        best[rows] = np.where(fell, best[rows], value)
        anchor[rows] = np.where(fell[:, None], anchor[rows], theta[rows])
        done = ((np.abs(target - theta[rows]).max(1) < SMALL) | flat) & definite
        theta[rows] = target
        converged[rows] = done
        rows = rows[~done & definite]
    return converged


def _derivatives(theta: Array, tables: Array) -> tuple[Array, Array, Array]:
    """Log-likelihood, gradient [R, q] by thresholds and atanh ρ, and expected information [R, q, q]."""
    cuts = (theta.shape[1] - 1) // 2
    rows, columns, rho = theta[:, :cuts].T, theta[:, cuts:-1].T, np.tanh(theta[:, -1])
    cells = cell_probabilities(rows, columns, rho)
    c, _, count = cells.probability.shape
    jacobian = np.zeros((theta.shape[1], c, c, count))
    by_row, by_column = threshold_slopes(rows, columns, rho), threshold_slopes(columns, rows, rho)
    for t in range(cuts):
        jacobian[t, t], jacobian[t, t + 1] = by_row[t], -by_row[t]
        jacobian[cuts + t, :, t], jacobian[cuts + t, :, t + 1] = by_column[t], -by_column[t]
    jacobian[-1] = cells.slope * (1.0 - rho * rho)
    flat = np.moveaxis(jacobian, -1, 0).reshape(count, theta.shape[1], c * c)
    probability = np.moveaxis(np.maximum(cells.probability, LEAST), -1, 0).reshape(count, c * c)
    counts = tables.reshape(count, c * c)
    slope = np.matmul(flat, (counts / probability)[..., None])[..., 0]
    information = np.matmul(flat / probability[:, None], flat.swapaxes(-1, -2))
    value = (counts * np.log(probability)).sum(-1)
    return value, slope, information * counts.sum(-1)[:, None, None]


def _standard_error(theta: Array, free: Array, tables: Array, converged: Array) -> Array:
    """Of atanh ρ, from the observed information."""
    out = np.full(len(theta), np.nan)
    rows = np.flatnonzero(converged & (np.abs(theta[:, -1]) < EDGE))
    inverse, ok = _inverse(_observed(theta[rows], free[rows], tables[rows]), free[rows])
    out[rows] = np.where(ok, np.sqrt(inverse[:, -1, -1]), np.nan)
    return out


def _observed(theta: Array, free: Array, tables: Array) -> Array:
    """Minus the derivatives of the gradient [R, q, q], by central differences."""
    q = theta.shape[1]
    observed = np.empty((len(theta), q, q))
    for place in range(q):
        shift = DIFFERENCE * np.eye(q)[place] * free
        above, below = (_derivatives(theta + sign * shift, tables)[1] for sign in (1.0, -1.0))
        observed[:, place] = (below - above) / (2.0 * DIFFERENCE)
    return 0.5 * (observed + observed.swapaxes(-1, -2))


def _inverse(information: Array, free: Array) -> tuple[Array, Array]:
    """Inverse over what is free, the identity elsewhere; brought to unit diagonal first, lest it overflow."""
    both = free[:, :, None] & free[:, None, :]
    diagonal = np.einsum("rqq->rq", information)
    usable = free & (diagonal > LEAST)
    scale = np.where(usable, 1.0 / np.sqrt(np.where(usable, diagonal, 1.0)), 1.0)
    scaled = np.where(both, information, np.eye(free.shape[1])) * scale[:, :, None] * scale[:, None, :]
    inverse, _, ok = spd_inverse_logdet(scaled)
    return inverse * scale[:, :, None] * scale[:, None, :], ok & (usable | ~free).all(1)
