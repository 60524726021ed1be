"""A rising curve of power over the number of cases, and the smallest number that reaches a power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from mlbc_stats.errors import ModelError
from mlbc_stats.planning.population.answers import Floats

STEPS = 100
LARGEST = 100_000
"""Cases beyond which no sample is named."""


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """power(n) = Φ(a + b√n) with b ≥ 0, as of a normal test whose error falls with √n.

    Attributes
    ----------
    intercept, slope : a and b by maximum likelihood.
    covariance : (2, 2) of both, from the Monte Carlo error alone.
    """

    intercept: float
    slope: float
    covariance: Floats

    def power(self, n: float) -> float:
        """Power at n cases."""
        return float(ndtr(self.intercept + self.slope * np.sqrt(n)))

    def smallest_n(self, power: float) -> tuple[float, float, float]:
        """The least n with that power, and the ends of its 95 % interval by Monte Carlo error; NaN where there is none.

        The interval follows Fieller: the n at which the curve's own 95 % band holds the power.
        """
        best = self._reaching(power, 0.0)
        return best, self._reaching(power, 1.96), self._reaching(power, -1.96)

    def _reaching(self, power: float, band: float) -> float:
        """The first n at which a + b√n + band·error is what the power needs."""
        roots = np.sqrt(np.unique(np.geomspace(2, LARGEST, 20_000).round()))
        x = np.stack([np.ones_like(roots), roots])
        error = np.sqrt(np.einsum("in,ij,jn->n", x, self.covariance, x))
        reached = np.flatnonzero(self.intercept + self.slope * roots + band * error >= ndtri(power))
        return float(np.ceil(roots[reached[0]] ** 2 - 1e-6)) if len(reached) else float("nan")


def fit_curve(n: Sequence[float], supported: Sequence[float], replications: Sequence[float]) -> PowerCurve:
    """The curve of binomial counts: probit regression on √n, the slope held at zero or above.

    Parameters
    ----------
    n : sizes; supported : shares of the samples of each size; replications : their numbers.

    Raises
    ------
    ModelError
        for fewer than two sizes.

    Examples
    --------
    >>> curve = fit_curve([100, 200, 400], [0.29, 0.52, 0.82], [1000, 1000, 1000])
    >>> curve.smallest_n(0.8)[0]
    381.0
    """
    size = np.asarray(n, dtype=float)
    if len(np.unique(size)) < 2:
        raise ModelError(f"n={list(n)}: a curve of power needs two sizes of sample or more")
    total = np.asarray(replications, dtype=float)
    hits = np.asarray(supported, dtype=float) * total
    x = np.stack([np.ones_like(size), np.sqrt(size)], axis=1)
    beta = _probit(x, hits, total)
    if beta[1] < 0:
        level = float(ndtri(np.clip(hits.sum() / total.sum(), 1e-6, 1 - 1e-6)))
        beta = np.array([level, 0.0])
    return PowerCurve(float(beta[0]), float(beta[1]), np.linalg.pinv(_information(x, beta, total)))


def _probit(x: Floats, hits: Floats, total: Floats) -> Floats:
    """Fisher scoring; half a sample on either side keeps the curve finite where all or none are supported."""
    share = (hits + 0.5) / (total + 1)
    beta = np.linalg.lstsq(x, ndtri(share), rcond=None)[0]
    for _ in range(STEPS):
        eta = np.clip(x @ beta, -8, 8)
        p, density = ndtr(eta), np.exp(-0.5 * eta**2) / np.sqrt(2 * np.pi)
        score = x.T @ (density * (share - p) * (total + 1) / (p * ndtr(-eta)))
        step = np.linalg.pinv(_information(x, beta, total + 1)) @ score
        beta = beta + step
        if np.abs(x @ step).max() < 1e-10:
            break
    return beta


def _information(x: Floats, beta: Floats, total: Floats) -> Floats:
    eta = np.clip(x @ beta, -8, 8)
    density = np.exp(-0.5 * eta**2) / np.sqrt(2 * np.pi)
    weight = total * density**2 / (ndtr(eta) * ndtr(-eta))
    return np.asarray((x.T * weight) @ x)
