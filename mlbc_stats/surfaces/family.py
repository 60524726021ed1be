"""The family of models: which coefficients of the full surface each constraint leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POLYNOMIAL = ("b0", "b1", "b2", "b3", "b4", "b5")
"""Coefficients of 1, x, y, x², xy, y²."""
PIECEWISE = ("b0", "b1", "b2", "w1", "w2", "w3")
"""Coefficients of 1, x, y, w, wx, wy, with w = 1 where x ≥ y and −1 where x < y."""
TERMS = 6


@dataclass(frozen=True, slots=True)
class Member:
    """A model of the family.

    Attributes
    ----------
    what : in words.
    basis : (k, 6) rows that span the coefficients; of a ridge the linear part.
    ridge : "" (linear constraints), "free" (κw² with w = sx − cy beside free b1 and b2) or "level" (κ(w + C)²).
    piecewise : whether the terms are those of the absolute difference.
    """

    what: str
    basis: tuple[tuple[float, ...], ...]
    ridge: str = ""
    piecewise: bool = False

    @property
    def count(self) -> int:
        """Free coefficients, the intercept included."""
        return len(self.basis) + {"": 0, "free": 2, "level": 3}[self.ridge]

    def span(self) -> Floats:
        """The basis as columns (6, k)."""
        return np.array(self.basis, dtype=float).T


_ONE, _X, _Y, _XX, _XY, _YY = (tuple(row) for row in np.eye(TERMS).tolist())
_SQUARE = (0.0, 0.0, 0.0, 1.0, -2.0, 1.0)  # (x − y)²
_SUM, _DIFFERENCE = (0.0, 1.0, 1.0, 0.0, 0.0, 0.0), (0.0, 1.0, -1.0, 0.0, 0.0, 0.0)
_ABSOLUTE = (0.0, 0.0, 0.0, 0.0, 1.0, -1.0)  # |x − y|

FAMILY: Mapping[str, Member] = {
    "full": Member("full polynomial of second degree", (_ONE, _X, _Y, _XX, _XY, _YY)),
    "SRRR": Member("shifted and rotated rising ridge", (_ONE, _X, _Y), "free"),
    "SRR": Member("shifted rising ridge", (_ONE, _X, _Y, _SQUARE)),
    "RR": Member("rising ridge", (_ONE, _SUM, _SQUARE)),
    "SRSQD": Member("shifted and rotated squared difference", (_ONE,), "level"),
    "SSQD": Member("shifted squared difference", (_ONE, _DIFFERENCE, _SQUARE)),
    "SQD": Member("squared difference", (_ONE, _SQUARE)),
    "IA": Member("interaction", (_ONE, _X, _Y, _XY)),
    "additive": Member("additive", (_ONE, _X, _Y)),
    "diff": Member("difference", (_ONE, _DIFFERENCE)),
    "mean": Member("mean of both", (_ONE, _SUM)),
    "onlyx": Member("x alone", (_ONE, _X)),
    "onlyy": Member("y alone", (_ONE, _Y)),
    "onlyx2": Member("x and its square alone", (_ONE, _X, _XX)),
    "onlyy2": Member("y and its square alone", (_ONE, _Y, _YY)),
    "absunc": Member("two planes that meet where x = y", (_ONE, _X, _Y, _ABSOLUTE), "", True),
    "absdiff": Member("absolute difference", (_ONE, _ABSOLUTE), "", True),
    "null": Member("intercept alone", (_ONE,)),
}
"""By the names of the R package RSA."""

_RIDGES = {
    "SRRR": ("SRR", "RR", "SRSQD", "SSQD", "SQD", "additive", "diff", "mean", "onlyx", "onlyy", "onlyx2", "onlyy2"),
    "SRSQD": ("SSQD", "SQD", "onlyx2", "onlyy2"),
}  # fmt: skip


def nested(small: str, large: str) -> bool:
    """Whether each surface of one model is one of another.

    Examples
    --------
    >>> nested("SQD", "SRR"), nested("IA", "SRRR"), nested("null", "absdiff")
    (True, False, True)
    """
    inner, outer = FAMILY[small], FAMILY[large]
    if small == large:
        return False
    if small == "null":
        return True
    if inner.piecewise != outer.piecewise:
        return small in ("additive", "diff", "mean", "onlyx", "onlyy") and large == "absunc"
    if outer.ridge:
        return small in _RIDGES[large]
    if inner.ridge:
        return large == "full"
    both = np.vstack([inner.basis, outer.basis])
    return int(np.linalg.matrix_rank(both)) == len(outer.basis)
