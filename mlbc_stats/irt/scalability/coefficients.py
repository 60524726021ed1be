"""Scalability coefficients H of pairs, items and scale, with errors: covariance over its maximum given the margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """What each case adds to the errors and to those expected of unrelated items, pair by pair.

    Attributes
    ----------
    errors, expected : (n, p, p), zero on the diagonal; H = 1 − mean(errors)/mean(expected).
    """

    errors: Array
    expected: Array


@dataclass(frozen=True, slots=True)
class Coefficients:
    """H and standard errors of pairs (p, p), items (p,) and the scale (scalars)."""

    pairs: Array
    pairs_se: Array
    items: Array
    items_se: Array
    scale: float
    scale_se: float


def parts(x: Array) -> Parts:
    """Parts of complete scores (n, p).

    The largest covariance that the margins allow is Σ_s Σ_t min(P(X ≥ s), P(Y ≥ t)) less the product of means; the
    smaller of two shares, here linear in the cases, is shared where the two are equal.
    """
    y = x - x.min(axis=0)
    mean, reach = y.mean(axis=0), ceilings(y)
    top = reach + np.swapaxes(reach, 1, 2)
    errors = top - y[:, :, None] * y[:, None, :]
    expected = top - (y[:, :, None] * mean + y[:, None, :] * mean[:, None] - np.outer(mean, mean))
    off = ~np.eye(x.shape[1], dtype=bool)
    return Parts(errors * off, expected * off)


def coefficients(found: Parts) -> Coefficients:
    """H = 1 − F/E with errors by the delta method for multinomial answers.

    Loevinger (1948), doi:10.1037/h0055577; Mokken (1971), doi:10.1515/9783110813203; errors: Kuijpers, van der Ark &
    Croon (2013), doi:10.1177/0081175013481958. In R: ``mokken::coefH(X)``.

    Examples
    --------
    >>> x = np.array([[0, 0], [0, 1], [1, 1], [1, 1], [1, 0]], dtype=float)
    >>> round(coefficients(parts(x)).scale, 4)
    0.1667
    """
    e, f = found.errors, found.expected
    pairs, pairs_se = _ratio(e, f)
    items, items_se = _ratio(e.sum(2), f.sum(2))
    scale, scale_se = _ratio(e.sum((1, 2)), f.sum((1, 2)))
    return Coefficients(pairs, pairs_se, items, items_se, float(scale), float(scale_se))


def z_values(x: Array) -> tuple[Array, Array, float]:
    """Mokken's test statistics of pairs (p, p), items (p,) and scale against H = 0; NaN on the diagonal.

    Σ covariances √(n − 1) / √Σ(products of variances). In R: ``mokken::coefZ(X)``.
    """
    cov = np.atleast_2d(np.cov(x, rowvar=False))
    spread = np.outer(np.diagonal(cov), np.diagonal(cov))
    off = ~np.eye(len(cov), dtype=bool)
    root, cov, spread = np.sqrt(len(x) - 1), cov * off, spread * off
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs = cov * root / np.sqrt(spread)
        items = cov.sum(1) * root / np.sqrt(spread.sum(1))
        scale = cov.sum() * root / np.sqrt(2 * spread.sum())
    return pairs, items, float(scale)


def steps(y: Array) -> tuple[Array, Array, Array]:
    """Item steps: whether each case has reached it (n, S), its item (S,), and its height (S,)."""
    values = [np.unique(column) for column in y.T]
    item = np.repeat(np.arange(y.shape[1]), [len(each) - 1 for each in values])
    height = np.concatenate([np.diff(each) for each in values])
    bound = np.concatenate([each[1:] for each in values])
    return (y[:, item] >= bound).astype(float), item, height


def ceilings(y: Array) -> Array:
    """(n, p, p) for each case and pair (i, j) the steps of i that are rarer than those of j, times their heights."""
    reached, item, height = steps(y)
    share = reached.mean(axis=0)
    rarer = np.where(np.isclose(share[:, None], share, rtol=0, atol=1e-12), 0.5, share[:, None] < share)
    member = (item[:, None] == np.arange(y.shape[1])).astype(float)
    weight = (rarer * np.outer(height, height)) @ member
    return np.stack([reached[:, item == i] @ weight[item == i] for i in range(y.shape[1])], axis=1)


def _ratio(errors: Array, expected: Array) -> tuple[Array, Array]:
    """1 − mean(errors)/mean(expected) and its delta-method error, over the first axis."""
    with np.errstate(invalid="ignore", divide="ignore"):
        h = 1 - errors.mean(0) / expected.mean(0)
        influence = (errors - (1 - h) * expected) / expected.mean(0)
        return h, np.sqrt((influence**2).sum(0)) / len(errors)
