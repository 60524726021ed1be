"""Smooth the scores of ordered groups over raw values by a fractional logistic regression."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from mlbc_stats.errors import ConvergenceWarning, DataError

Array = NDArray[Any]
STEPS, DONE = 200, 1e-12


def fitted_scores(x: Array, score: Array) -> Array:
    """Fitted group scores: the indirect method of calibration.

    The log odds of the score are a fractional polynomial of the raw value, b₀ + b₁ log x + b₂ √x + b₃ x + b₄ x², by
    the Bernoulli quasi-likelihood Σ s log p + (1 − s) log(1 − p).

    Parameters
    ----------
    x : (n,) positive raw values, NaN where missing. score : (n,) scores of the groups, in [0, 1].

    Raises
    ------
    DataError : values of zero or less, fewer than five different values.
    """
    known = ~np.isnan(x)
    raw = x[known]
    if len(raw) and raw.min() <= 0:
        raise DataError(
            f"the indirect method takes logarithms, and {raw.min():g} is not above 0; add a constant to the values "
            "and the thresholds, or use method='direct'"
        )
    if len(np.unique(raw)) < 5:
        raise DataError(f"{len(np.unique(raw))} different values; the indirect method needs five or more")
    scaled = raw / raw.max()
    design = np.column_stack([np.ones(len(raw)), np.log(scaled), np.sqrt(scaled), scaled, scaled**2])
    out = np.full(len(x), np.nan)
    out[known] = _fractional(np.linalg.qr(design)[0], score[known])
    return out


def _fractional(q: Array, score: Array) -> Array:
    """Fitted shares by scoring with halved steps; q has orthonormal columns."""
    beta, value = np.zeros(q.shape[1]), _quasi(np.zeros(len(q)), score)
    for _ in range(STEPS):
        share = expit(q @ beta)
        weight = np.sqrt(np.maximum(share * (1 - share), 1e-300))
        step = np.linalg.lstsq(q * weight[:, None], (score - share) / weight, rcond=None)[0]
        for halving in range(40):
            moved = beta + step / 2**halving
            if (found := _quasi(q @ moved, score)) >= value:
                break
        else:
            return expit(q @ beta)
        gain, beta, value = found - value, moved, found
        if gain <= DONE * max(1.0, abs(value)):
            return expit(q @ beta)
    warn_of_steps()
    return expit(q @ beta)


def _quasi(eta: Array, score: Array) -> float:
    return float(score @ eta - np.logaddexp(0, eta).sum())


def warn_of_steps() -> None:
    """The groups can be told apart by the raw values, so the likelihood rises for ever."""
    warnings.warn("the regression of group scores did not converge", ConvergenceWarning, stacklevel=4)
