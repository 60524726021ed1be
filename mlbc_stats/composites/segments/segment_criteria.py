"""How many segments: information criteria, and how sharply cases are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.mixtures.quality import entropy, uncertainty

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class SegmentCriteria:
    """Smaller is better, but for lnl, en and nfi.

    With N parameters and n cases: aic, aic3, aic4 : −2 ln L + cN, c = 2, 3, 4. bic : c = ln n. caic : c = ln n + 1.
    hq : c = 2 ln ln n. mdl5 : c = 5 ln n. With shares P of cases in K segments: en : 1 − Σ −P ln P/(n ln K).
    nfi : (KΣP² − n)/(n(K − 1)), the non-fuzzy index. nec : Σ −P ln P/(ln L_K − ln L_1). The last three are NaN of one
    segment.

    Examples
    --------
    >>> found = criteria_of(-100.0, -120.0, 5, np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([25.0, 25.0]))
    >>> found.aic3, round(found.en, 3), round(found.nfi, 3), round(found.nec, 3)
    (215.0, 0.405, 0.5, 1.032)
    """

    lnl: float
    npar: int
    aic: float
    aic3: float
    aic4: float
    bic: float
    caic: float
    hq: float
    mdl5: float
    en: float
    nfi: float
    nec: float


def criteria_of(loglik: float, single: float, npar: int, shares: Array, weights: Array) -> SegmentCriteria:
    """Criteria of a solution; `single` is the log-likelihood of one segment, shares (n, K), weights (n,).

    References
    ----------
    Hahn, Johnson, Herrmann & Huber (2002), doi:10.1007/BF03396655; Sarstedt, Becker, Ringle & Schwaiger (2011),
    doi:10.1007/BF03396886, who tried them.
    """
    n, k = float(weights.sum()), shares.shape[1]
    cost = {
        "aic": 2.0, "aic3": 3.0, "aic4": 4.0, "bic": np.log(n), "caic": np.log(n) + 1,
        "hq": 2 * np.log(np.log(n)), "mdl5": 5 * np.log(n),
    }  # fmt: skip
    several = dict.fromkeys(("en", "nfi", "nec"), float("nan"))
    if k > 1:
        squares = float(weights @ (shares**2).sum(axis=1))
        gain = loglik - single
        several = {
            "en": entropy(shares, weights),
            "nfi": (k * squares - n) / (n * (k - 1)),
            "nec": uncertainty(shares, weights) / gain if gain > 0 else float("nan"),
        }
    by_cost = {name: float(-2 * loglik + each * npar) for name, each in cost.items()}
    return SegmentCriteria(loglik, npar, **by_cost, **several)
