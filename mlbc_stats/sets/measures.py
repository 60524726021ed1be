"""How well one set lies inside another: consistency, coverage, PRI and the relevance of necessity.

Each takes memberships x and y (..., n) in [0, 1] and sums over cases; batch axes lead. A quotient without a
denominator, as of a set without members, is NaN.

References
----------
Ragin, C. C. (2008). Redesigning Social Inquiry. University of Chicago Press. https://doi.org/10.7208/9780226702797
Schneider, C. Q. & Wagemann, C. (2012). Set-Theoretic Methods for the Social Sciences. Cambridge University Press.
https://doi.org/10.1017/CBO9781139004244
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def inclusion(x: Array, y: Array) -> Array:
    """Σ min(x, y) / Σ x: consistency of x as sufficient for y, and coverage of x as necessary for y.

    Examples
    --------
    >>> inclusion(np.array([0.6, 0.4]), np.array([0.8, 0.1])).round(2).item()
    0.7
    """
    return _quotient(np.minimum(x, y).sum(-1), x.sum(-1))


def coverage(x: Array, y: Array) -> Array:
    """Σ min(x, y) / Σ y: coverage of x as sufficient for y, and consistency of x as necessary for y."""
    return inclusion(y, x)


def reduction(x: Array, y: Array) -> Array:
    """Proportional reduction in inconsistency (PRI): consistency without what x shares with both y and not y.

    [Σ min(x, y) − Σ min(x, y, 1 − y)] / [Σ x − Σ min(x, y, 1 − y)].
    """
    both = np.minimum(x, np.minimum(y, 1 - y)).sum(-1)
    return _quotient(np.minimum(x, y).sum(-1) - both, x.sum(-1) - both)


def relevance(x: Array, y: Array) -> Array:
    """Relevance of necessity (RoN): Σ (1 − x) / Σ (1 − min(x, y)), low where x is in nearly every case."""
    return _quotient((1 - x).sum(-1), (1 - np.minimum(x, y)).sum(-1))


def _quotient(above: Array, below: Array) -> Array:
    """Sums that should be zero differ from it by rounding."""
    held = np.asarray(below) > 1e-12
    return np.where(held, above / np.where(held, below, 1.0), np.nan)
