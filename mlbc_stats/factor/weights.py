"""Methods of extraction: the discrepancy that each minimizes and the weight it gives to residuals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, ModelError, NotServedError
from mlbc_stats.factor.correlation.normal_theory import normal_gamma
from mlbc_stats.factor.correlation.product_moment import below
from mlbc_stats.factor.correlation.sample import Correlations
from mlbc_stats.factor.extraction.extract import Extraction
from mlbc_stats.factor.extraction.starts import extract_lowest
from mlbc_stats.factor.extraction.weighted import extract_weighted
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.near_names import did_you_mean

Array = NDArray[Any]

METHODS = {
    "minres": "minres",
    "uls": "minres",
    "pa": "minres",
    "ml": "ml",
    "gls": "gls",
    "wls": "wls",
    "dwls": "dwls",
}
"""Names and what they minimize; principal axes, iterated to convergence, end at the minimum of minres."""


def discrepancy_of(method: str) -> str:
    """The discrepancy behind a method's name.

    Examples
    --------
    >>> discrepancy_of("pa")
    'minres'
    """
    if method not in METHODS:
        raise NotServedError(
            f"method={method!r} is not served{did_you_mean(method, METHODS)}; use one of {', '.join(METHODS)}"
        )
    return METHODS[method]


def solve(
    sample: Correlations, m: int, method: str, lowest: float, seed: int = 1
) -> tuple[Extraction, Array, int]:
    """The unrotated solution, the weight of its residuals, (p, p) V or (k, k) W, and the minima that starts met.

    Raises
    ------
    ModelError
        for more factors than p items identify. DataError : a matrix, or a weight, that has no inverse.
    """
    _check_size(sample, m)
    if method in ("wls", "dwls"):
        weight = _of_correlations(sample, method)
        return extract_weighted(sample.matrix, m, weight, lowest), weight, 1
    if method == "minres":
        found, minima = extract_lowest(sample.matrix, m, method, lowest, seed=seed)
        return found, np.eye(len(sample.names)), minima
    inverse = _inverse(sample, method)
    found, minima = extract_lowest(sample.matrix, m, method, lowest, seed=seed)
    if method == "gls":
        return found, inverse, minima
    common = found.loadings[0] @ found.loadings[0].T
    return found, np.linalg.inv(common + np.diag(found.uniqueness[0])), minima


def _check_size(sample: Correlations, m: int) -> None:
    p = len(sample.names)
    if not isinstance(m, int | np.integer) or m < 1:
        raise ModelError(f"n_factors={m!r}: expected a whole number of 1 or more")
    if (p - m) ** 2 < p + m:
        most = max(k for k in range(p) if (p - k) ** 2 >= p + k)
        raise ModelError(
            f"{m} factors of {p} items are not identified: {p * (p - 1) // 2} correlations for "
            f"{p * m - m * (m - 1) // 2} free loadings; {p} items carry at most {most} factors"
        )
    if sample.n <= p:
        raise DataError(f"{sample.n:g} cases for {p} items: factors need more cases than items")


def _inverse(sample: Correlations, method: str) -> Array:
    inverse, _, ok = spd_inverse_logdet(sample.matrix)
    values = np.linalg.eigvalsh(sample.matrix)
    if ok and values[0] > 1e-10 * values[-1]:
        return np.asarray(inverse)
    i, j = below(len(sample.names))
    at = int(np.abs(sample.matrix[i, j]).argmax())
    largest = abs(sample.matrix[i[at], j[at]])
    raise DataError(
        f"method={method!r} needs a correlation matrix with an inverse; its smallest eigenvalue is {values[0]:.3g}. "
        f"The closest items are {sample.names[j[at]]} and {sample.names[i[at]]} (r = {largest:.4g}); leave one out "
        "if they are the same, or use method='minres'"
    )


def _of_correlations(sample: Correlations, method: str) -> Array:
    gamma = normal_gamma(sample.matrix) if sample.gamma is None else sample.gamma
    if method == "dwls":
        spread = np.diagonal(gamma)
        if not (spread > 0).all():
            raise DataError(
                "a correlation has no sampling variance (items that agree perfectly); use method='minres'"
            )
        return np.diag(1 / spread)
    inverse, _, ok = spd_inverse_logdet(gamma)
    if not ok or sample.n <= len(gamma):
        raise DataError(
            f"method='wls' weights by the inverse of the covariance of {len(gamma)} correlations, which {sample.n:g} "
            "cases do not give; use 'dwls' or 'minres', or more cases"
        )
    return np.asarray(inverse)
