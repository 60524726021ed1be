"""Criteria for choosing among sets of predictors, equation by equation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def selection_criteria(r2: Array, n: float, predictors: Array) -> dict[str, Array]:
    """AIC, AICc, AICu, BIC, FPE, HQ and HQc of equations with R² (...) and `predictors` (...) predictors each.

    With SSE = (1 − R²)(n − 1) and k = predictors + 1: aic = n(log(SSE/n) + 2k/n), bic has k·log(n)/n, hq
    2k·log(log n)/n, aicc (n + k)/(n − k − 2) in its place, aicu is aic with SSE/(n − k), fpe = SSE/(n − k)·(1 + k/n).

    References
    ----------
    Sharma, Sarstedt, Shmueli, Kim & Thiele (2019), doi:10.17705/1jais.00538; Danks, Sharma & Sarstedt (2020),
    doi:10.1016/j.jbusres.2020.03.019. In R: ``cSEM::calculateModelSelectionCriteria``.

    Examples
    --------
    >>> round(float(selection_criteria(np.array(0.45), 500, np.array(1))["bic"]), 2)
    -287.49
    """
    k = predictors + 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        sse = (1 - r2) * (n - 1)
        sse = np.where(sse > 0, sse, np.nan)
        base, twice = n * np.log(sse / n), np.log(np.log(n))
        spare = np.where(n - k - 2 > 0, n - k - 2, np.nan)
        return {
            "aic": base + 2 * k,
            "aicc": base + n * (n + k) / spare,
            "aicu": n * np.log(sse / (n - k)) + 2 * k,
            "bic": base + k * np.log(n),
            "fpe": sse / (n - k) * (1 + k / n),
            "hq": base + 2 * k * twice,
            "hqc": base + 2 * n * k * twice / spare,
        }


def against_saturated(r2: Array, saturated: Array, n: float, predictors: Array) -> dict[str, Array]:
    """Geweke and Meese's criterion and Mallows' Cp; the error variance is that of the saturated model's equation.

    Examples
    --------
    >>> found = against_saturated(np.array(0.45), np.array(0.45), 500, np.array(1))
    >>> {name: round(float(value), 3) for name, value in found.items()}
    {'gm': 511.429, 'mallows_cp': 3.0}
    """
    k = predictors + 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (1 - r2) * (n - 1) / (1 - saturated)
    return {"gm": ratio + k * np.log(n), "mallows_cp": ratio - (n - 2 * k)}
