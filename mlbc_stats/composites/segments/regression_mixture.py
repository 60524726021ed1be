"""Mixture of structural equations: in each segment its own paths and residual variances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]

FLOOR = 1e-6
"""Residual variance, relative to that of all cases, below which a segment has shrunk onto a plane."""


@dataclass(frozen=True, slots=True)
class SegmentParameters:
    """Of S starts and K segments; e equations, t terms.

    Attributes
    ----------
    shares : (S, K). paths : (S, K, e, t), zero where no path leads. intercepts : (S, K, e).
    variances : (S, K, e) of the residuals. totals : (S, K, e) of the outcomes: mean squares, about the mean where there
        are intercepts. alive : (S,) whether every segment has cases and residuals.
    """

    shares: Array
    paths: Array
    intercepts: Array
    variances: Array
    totals: Array
    alive: Array


@dataclass(frozen=True, slots=True)
class RegressionMixture:
    """Normal regressions of scores x (n, t); equations as (outcome, predictors); weights (n,) count the cases.

    log f_k(i) = Σ_e −½[ln 2πψ_ke + (y_ie − x_i'b_ke)²/ψ_ke]: without circles the determinant of I − B is one.
    """

    x: Array
    equations: list[tuple[int, Array]]
    weights: Array
    intercepts: bool
    fewest: int

    def parameters(self, shares: Array) -> SegmentParameters:
        """Weighted least squares given shares (S, n, K)."""
        design = np.column_stack([self.x, np.ones(len(self.x))])
        mass = shares * self.weights[:, None]
        size = mass.sum(axis=1)
        t = design.shape[1]
        products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
        moments = (mass.mT @ products).reshape(*size.shape, t, t) / np.maximum(size, 1e-300)[..., None, None]
        paths = np.zeros((*size.shape, len(self.equations), t))
        variances, totals = np.empty((2, *size.shape, len(self.equations)))
        alive = size > self.fewest - 1
        for e, (outcome, sources) in enumerate(self.equations):
            used = np.append(sources, t - 1) if self.intercepts else sources
            inverse, _, ok = spd_inverse_logdet(moments[..., used[:, None], used])
            link = moments[..., used, outcome]
            found = np.einsum("skuv,skv->sku", inverse, link)
            paths[..., e, used] = found
            square = moments[..., outcome, outcome]
            variances[..., e] = square - np.einsum("sku,sku->sk", found, link)
            totals[..., e] = square - self.intercepts * moments[..., outcome, t - 1] ** 2
            floor = FLOOR * np.average(self.x[:, outcome] ** 2, weights=self.weights)
            alive &= np.asarray(ok) & (variances[..., e] > floor)
        share = size / size.sum(axis=-1, keepdims=True)
        return SegmentParameters(
            share, paths[..., :-1], paths[..., -1], variances, totals, np.asarray(alive.all(axis=-1))
        )

    def log_joint(self, parameters: SegmentParameters) -> Array:
        """log of share times density (S, n, K)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.log(parameters.shares)[:, None] + np.zeros((1, len(self.x), 1))
            for e, (outcome, _) in enumerate(self.equations):
                fitted = self.x @ parameters.paths[..., e, :].mT + parameters.intercepts[:, None, :, e]
                variance = parameters.variances[:, None, :, e]
                gap = self.x[:, outcome, None] - fitted
                out -= 0.5 * (np.log(2 * np.pi * variance) + gap**2 / variance)
        return np.where(parameters.alive[:, None, None], out, -np.inf)
