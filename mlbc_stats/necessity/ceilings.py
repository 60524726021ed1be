"""Ceilings: the highest outcome that each value of a condition allows, as steps, broken lines or lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlbc_stats.necessity.corners import Corners, Floats, find_corners, hull

QUANTILE = 0.95
"""Share of cases below a ceiling by quantile regression."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A ceiling in the upper left.

    Attributes
    ----------
    name : as asked for.
    x, y : (k,) corners of steps or of a broken line; of a line none.
    steps : whether the ceiling stays level up to the next corner.
    intercept, slope : of a line; NaN for other ceilings, and for a line through one corner.
    """

    name: str
    x: Floats
    y: Floats
    steps: bool = False
    intercept: float = np.nan
    slope: float = np.nan

    @property
    def line(self) -> bool:
        """Whether it is a straight line."""
        return not len(self.x)

    def height(self, x: Floats) -> Floats:
        """The highest outcome at values x (n,) of the condition."""
        if self.line:
            return self.intercept + self.slope * x
        if not self.steps:
            return np.interp(x, self.x, self.y)
        at = np.searchsorted(self.x, x, side="right") - 1
        return np.where(at >= 0, self.y[np.maximum(at, 0)], -np.inf)

    def needed(self, y: Floats) -> Floats:
        """The least condition that allows outcomes y (n,): −∞ where any does, ∞ where none in sight does."""
        if self.line:
            with np.errstate(divide="ignore", invalid="ignore"):
                level = np.where(y <= self.intercept, -np.inf, np.inf)
                return np.where(self.slope > 0, (y - self.intercept) / self.slope, level)
        at = np.searchsorted(self.y, y - 1e-12 * np.maximum(1.0, np.abs(y)), side="left")
        out = np.where(at == 0, -np.inf, np.inf)
        inside = (at > 0) & (at < len(self.y))
        right = self.x[np.minimum(at, len(self.x) - 1)]
        if not self.steps:
            left = np.maximum(at - 1, 0)
            rise = self.y[np.minimum(at, len(self.y) - 1)] - self.y[left]
            share = (y - self.y[left]) / np.where(rise > 0, rise, 1.0)
            right = self.x[left] + share * (right - self.x[left])
        return np.where(inside, right, out)


def ce_fdh(x: Floats, y: Floats) -> Ceiling:
    """Ceiling envelopment, free disposal hull: steps over the peers."""
    found = find_corners(x, y)
    px, py = _distinct(found.x[found.peer], found.y[found.peer])
    return Ceiling("ce_fdh", px, py, steps=True)


def cr_fdh(x: Floats, y: Floats) -> Ceiling:
    """Ceiling regression: least squares through the peers of the free disposal hull."""
    found = find_corners(x, y)
    return _regression("cr_fdh", found.x[found.peer], found.y[found.peer])


def ce_vrs(x: Floats, y: Floats) -> Ceiling:
    """Ceiling envelopment, varying return to scale: the concave envelope of the peers."""
    px, py = _envelope(find_corners(x, y))
    return Ceiling("ce_vrs", *_distinct(px, py))


def cr_vrs(x: Floats, y: Floats) -> Ceiling:
    """Ceiling regression: least squares through the peers on the concave envelope."""
    return _regression("cr_vrs", *_envelope(find_corners(x, y)))


def cols(x: Floats, y: Floats) -> Ceiling:
    """Corrected ordinary least squares: the regression of all cases, lifted to the highest one."""
    found = _regression("cols", x, y)
    lifted = found.intercept + float(np.max(y - found.height(x)))
    return Ceiling("cols", x[:0], y[:0], intercept=lifted, slope=found.slope)


def qr(x: Floats, y: Floats) -> Ceiling:
    """Quantile regression at the 95th percentile.

    References
    ----------
    Koenker & Bassett (1978), doi:10.2307/1913643.
    """
    from scipy.optimize import linprog

    n = len(x)
    cost = np.concatenate([[0, 0, 0, 0], np.full(n, QUANTILE), np.full(n, 1 - QUANTILE)])
    line = np.column_stack([np.ones(n), -np.ones(n), x, -x])
    found = linprog(cost, A_eq=np.hstack([line, np.eye(n), -np.eye(n)]), b_eq=y, method="highs-ds")
    a = np.asarray(found.x, dtype=float)
    return Ceiling("qr", x[:0], y[:0], intercept=float(a[0] - a[1]), slope=float(a[2] - a[3]))


def c_lp(x: Floats, y: Floats) -> Ceiling:
    """Linear programming: of the lines above all peers, the one with the least sum of distances to them."""
    found = find_corners(x, y)
    px, py = _distinct(*_envelope(found))
    if len(px) < 2:
        return Ceiling("c_lp", x[:0], y[:0])
    weights = found.x[found.peer].mean()
    heights = []
    for left in range(len(px) - 1):
        slope = (py[left + 1] - py[left]) / (px[left + 1] - px[left])
        heights.append((py[left] + slope * (weights - px[left]), left, slope))
    _, left, slope = min(heights)
    return Ceiling("c_lp", x[:0], y[:0], intercept=float(py[left] - slope * px[left]), slope=float(slope))


CEILINGS: dict[str, Callable[[Floats, Floats], Ceiling]] = {
    "ce_fdh": ce_fdh,
    "cr_fdh": cr_fdh,
    "ce_vrs": ce_vrs,
    "cr_vrs": cr_vrs,
    "cols": cols,
    "qr": qr,
    "c_lp": c_lp,
}
"""Ceilings by name."""


def _envelope(found: Corners) -> tuple[Floats, Floats]:
    px, py = found.x[found.peer], found.y[found.peer]
    kept = hull(px, py)
    return px[kept], py[kept]


def _distinct(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    first = np.concatenate([[True], (np.diff(x) > 0) | (np.diff(y) > 0)])
    return x[first], y[first]


def _regression(name: str, x: Floats, y: Floats) -> Ceiling:
    """Least squares of y on x; NaN where all x are equal."""
    gap = x - x.mean()
    square = float(gap @ gap)
    if square <= 0:
        return Ceiling(name, x[:0], y[:0])
    slope = float(gap @ y) / square
    return Ceiling(name, x[:0], y[:0], intercept=float(y.mean() - slope * x.mean()), slope=slope)
