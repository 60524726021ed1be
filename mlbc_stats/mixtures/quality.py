"""What is said of a mixture solution: information criteria and how sharply cases are classified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Criteria:
    """Smaller is better throughout, but for the entropy.

    Attributes
    ----------
    aic, bic : −2 log L + 2q and + q ln n. sabic : BIC with (n + 2)/24 for n. icl : BIC plus twice the uncertainty of
        the assignment to the likeliest class. entropy : 1 − Σ −p ln p/(n ln K); 1 is a sure classification, NaN of one
        class.

    Examples
    --------
    >>> Criteria(1.0, 2.0, 1.5, 2.0, 0.9).bic
    2.0
    """

    aic: float
    bic: float
    sabic: float
    icl: float
    entropy: float


def criteria(loglik: float, npar: int, shares: Array, weights: Array) -> Criteria:
    """Criteria of q = npar parameters; shares (n, K) with weights (n,) that count cases.

    Schwarz (1978), doi:10.1214/aos/1176344136; Sclove (1987), doi:10.1007/BF02294360; Biernacki, Celeux & Govaert
    (2000), doi:10.1109/34.865189. mclust's BIC and ICL have the opposite sign.
    """
    n = float(weights.sum())
    bic = npar * float(np.log(n)) - 2 * loglik
    sure = float(weights @ _logs(shares).max(1))
    return Criteria(
        2 * npar - 2 * loglik,
        bic,
        npar * float(np.log((n + 2) / 24)) - 2 * loglik,
        bic - 2 * sure,
        entropy(shares, weights),
    )


def entropy(shares: Array, weights: Array) -> float:
    """1 − Σ −p ln p/(n ln K) of shares (n, K) with weights (n,): 1 is a sure classification, NaN of one class.

    Examples
    --------
    >>> entropy(np.array([[1.0, 0.0], [0.5, 0.5]]), np.ones(2))
    0.5
    """
    classes = shares.shape[1]
    if classes < 2:
        return float("nan")
    return 1 - uncertainty(shares, weights) / (float(weights.sum()) * float(np.log(classes)))


def uncertainty(shares: Array, weights: Array) -> float:
    """Σ −p ln p over classes and cases."""
    return float(weights @ -(shares * _logs(shares)).sum(1))


def _logs(shares: Array) -> Array:
    return np.asarray(np.log(np.maximum(shares, 1e-300)))
