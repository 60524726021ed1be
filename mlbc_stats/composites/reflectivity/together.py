"""All tetrads of a construct tested at once, without a bootstrap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from mlbc_stats.composites.reflectivity.vanishing import gradients, tetrads_of

Array = NDArray[Any]


def joint_test(x: Array, places: Array, weights: Array | None = None) -> tuple[float, float]:
    """T = nτ'(JΓJ')⁻¹τ and its p value, χ² with as many degrees of freedom as tetrads; NaN where JΓJ' is singular.

    J holds the gradients of the tetrads, Γ the covariances of the products of centred answers (free of a distribution).

    Parameters
    ----------
    x : (n, k) complete answers. places : (v, 4). weights : (n,) that sum to n.

    References
    ----------
    Bollen (1990), doi:10.1177/0049124190019001003; Bollen & Ting (2000), doi:10.1037/1082-989X.5.1.3.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    >>> joint_test(x, np.array([[0, 1, 2, 3], [0, 2, 3, 1]]))[1] > 0.05
    True
    """
    mass = np.ones(len(x)) if weights is None else weights
    n = mass.sum()
    gap = x - mass @ x / n
    gap = gap / np.sqrt(mass @ gap**2 / n)
    rows, columns = np.tril_indices(x.shape[1], -1)
    products = gap[:, rows] * gap[:, columns]
    sigma = (gap * mass[:, None]).T @ gap / n
    off = products - mass @ products / n
    slopes = gradients(sigma, places)
    spread = slopes @ ((off * mass[:, None] ** 2).T @ off / n) @ slopes.T
    tau = tetrads_of(sigma, places)
    if np.linalg.cond(spread) > 1e12:
        return float("nan"), float("nan")
    value = float(n * tau @ np.linalg.solve(spread, tau))
    return value, float(chi2.sf(value, len(tau)))
