"""Scores of cases on the latent variable: posterior mean, posterior mode or maximum likelihood, with errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.irt.answers.reading import Answers
from mlbc_stats.irt.curves.families import UNFOLDING
from mlbc_stats.irt.estimation.marginal import log_prior
from mlbc_stats.irt.result import IrtResult
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.showing import Shown

Array = NDArray[Any]

METHODS = ("eap", "map", "ml")
STEPS, STILL = 200, 1e-10
FAR = 20.0
"""A maximum-likelihood score beyond this, in standard deviations, is infinite: all answers at one end."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class IrtScores(Shown):
    """Scores of n cases.

    Attributes
    ----------
    theta : (n,) scores; NaN for a case without answers; ±∞ where the likelihood has no maximum.
    se : (n,) posterior standard deviation, or error from the curvature at the score.
    method : how they were computed. reliability : variance of the scores over itself plus the mean squared error.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import irt
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.normal(size=(300, 1))
    >>> data = pd.DataFrame((theta + rng.logistic(size=(300, 5)) > 0) * 1).add_prefix("x")
    >>> found = irt.scores(irt.fit(data, "2pl"))
    >>> type(found).__name__, found.theta.shape
    ('IrtScores', (300,))
    """

    theta: Array
    se: Array
    method: str
    reliability: float


def scores(result: IrtResult, data: Any = None, method: str = "eap") -> IrtScores:
    """Scores on the latent variable, on the scale of the fitted model.

    Parameters
    ----------
    result : a fitted model. data : table with its items; the answers of the fit by default.
    method : "eap" (mean of the posterior), "map" (its mode), "ml" (mode of the likelihood).

    Raises
    ------
    DataError
        an answer in a category that the fit did not have.

    Notes
    -----
    Bock & Mislevy (1982), doi:10.1177/014662168200600405. In R: ``mirt::fscores(fit, method = "EAP",
    full.scores.SE = TRUE)`` and ``mirt::empirical_rxx``.

    Examples
    --------
    >>> from mlbc_stats import irt
    >>> answers = {"a": [0, 1] * 30, "b": [0, 0, 1, 1, 0, 1] * 10, "c": [0, 0, 1, 0, 1, 1] * 10}
    >>> found = scores(irt.fit(answers, "rasch"), {"a": [1], "b": [1], "c": [1]})
    >>> bool(found.theta[0] > 0)
    True
    """
    if method not in METHODS:
        raise NotServedError(f"method={method!r} is not served; use one of {', '.join(METHODS)}")
    codes, place, total = _patterns(result, data)
    mean, spread = _posterior(result, codes)
    if method != "eap":
        mean, spread = _modes(result, codes, mean, prior=method == "map")
    theta, error = np.full(total, np.nan), np.full(total, np.nan)
    theta[place[0]], error[place[0]] = result.unit * mean[place[1]], result.unit * spread[place[1]]
    return IrtScores(theta, error, method, _reliability(theta, error))


def _reliability(theta: Array, error: Array) -> float:
    sure = np.isfinite(theta) & np.isfinite(error)
    if sure.sum() < 2:
        return float("nan")
    variance, noise = float(np.var(theta[sure], ddof=1)), float(np.mean(error[sure] ** 2))
    return variance / (variance + noise) if variance + noise > 0 else float("nan")


def _patterns(result: IrtResult, data: Any) -> tuple[Array, tuple[Array, Array], int]:
    """Distinct patterns (u, p); which rows have answers and which pattern each holds; number of rows."""
    answers = result.answers
    if data is None:
        return answers.patterns, (np.arange(answers.n), answers.place), answers.n
    table = read_columns(data, answers.names)
    codes = np.column_stack([_coded(table[:, j], answers, j) for j in range(len(answers.names))])
    held = np.flatnonzero((codes >= 0).any(axis=1))
    patterns, place = np.unique(codes[held], axis=0, return_inverse=True)
    return patterns, (held, place.ravel()), len(codes)


def _coded(column: Array, answers: Answers, j: int) -> Array:
    values, out = answers.values[j], np.full(len(column), -1)
    answered = ~np.isnan(column)
    unknown = answered & ~np.isin(column, values)
    if unknown.any():
        row = int(np.flatnonzero(unknown)[0])
        raise DataError(
            f"row {row + 1}: {answers.names[j]} is {column[row]:g}, a category that nobody used when the model was "
            f"fitted (it knows {', '.join(f'{value:g}' for value in values)})"
        )
    out[answered] = np.searchsorted(values, column[answered])
    return out


def _posterior(result: IrtResult, codes: Array) -> tuple[Array, Array]:
    problem, theta = result.problem, result.climb.theta
    log_p = problem.layout.log_probabilities(result.gamma, problem.nodes)
    joint = problem.layout.indicators(codes) @ log_p.T + log_prior(problem, theta)[0]
    joint = np.exp(joint - joint.max(1, keepdims=True))
    joint /= joint.sum(1, keepdims=True)
    mean = joint @ problem.nodes
    return mean, np.sqrt(np.maximum(joint @ problem.nodes**2 - mean**2, 0.0))


def _modes(result: IrtResult, codes: Array, start: Array, prior: bool) -> tuple[Array, Array]:
    """Newton from the posterior mean, or from the best node where the likelihood may have several modes."""
    layout, held = result.problem.layout, result.problem.layout.indicators(codes)
    if layout.family == UNFOLDING:
        nodes = result.problem.nodes
        value = held @ layout.log_probabilities(result.gamma, nodes).T - prior * nodes**2 / 2
        start = nodes[np.argmax(value, axis=1)]
    theta = start.copy()
    for _ in range(STEPS):
        first, second = (np.sum(held * each, axis=1) for each in layout.theta_slopes(result.gamma, theta))
        slope, curve = first - prior * theta, second - prior
        step = np.clip(slope / np.maximum(np.abs(curve), 1e-300), -1.0, 1.0)
        theta = np.clip(theta + step, -FAR - 1, FAR + 1)
        if np.abs(step).max(initial=0) < STILL:
            break
    curve = np.sum(held * layout.theta_slopes(result.gamma, theta)[1], axis=1) - prior
    error = 1 / np.sqrt(np.where(curve < 0, -curve, np.nan))
    endless = np.abs(theta) > FAR
    return np.where(endless, np.sign(theta) * np.inf, theta), np.where(endless, np.nan, error)
