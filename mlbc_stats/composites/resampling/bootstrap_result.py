"""The bootstrap distribution of a composite fit, and intervals of everything in its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.resampling.counts import as_counts
from mlbc_stats.composites.resampling.drawing import draw
from mlbc_stats.composites.resampling.values import FAMILIES
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.errors import ModelError
from mlbc_stats.moments.weights import jackknife_weights
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.sem.inference.intervals import intervals
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

STILL = 1e-12
"""Standard deviation of draws below which a value is fixed."""


@dataclass(frozen=True, repr=False)
class CompositeBootstrap(Shown):
    """Bootstrap distribution of a composite fit.

    Attributes
    ----------
    fit : the fit that was resampled.
    draws : estimates of the resamples that have a solution.
    failures : resamples without one. turned : (m,) how often each composite was turned to its sign in the whole sample.
    seed : what the resamples were drawn with.

    Every table has est, se, bias, t (est/se), pvalue (two-sided, normal), ci_lower and ci_upper; intervals are
    percentile, basic, normal, bc (bias-corrected) or bca (accelerated by leaving out one case at a time).

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=200)
    >>> data = {"x": cause, "y": 0.6 * cause + 0.8 * rng.normal(size=200)}
    >>> found = composites.bootstrap(composites.fit("f <~ x; g <~ y; g ~ f", data), 200, seed=1)
    >>> isinstance(found, composites.CompositeBootstrap), bool(found.paths("bca")["ci_lower"][0] > 0.4)
    (True, True)
    """

    fit: CompositeResult
    draws: Estimates
    failures: int
    turned: Array
    seed: int | None

    def _facts(self) -> Mapping[str, object]:
        turned = {
            name: int(count)
            for name, count in zip(self.fit.specification.names, self.turned, strict=True)
            if count
        }
        told = ", ".join(f"{name} {count}" for name, count in turned.items())
        return {
            "resamples": len(self.draws.converged),
            "failures": self.failures,
            "turned": told,
            "seed": self.seed,
        }

    def paths(self, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """Paths: lhs, op, rhs and the columns named above."""
        return self.of("paths", interval, level)

    def weights(self, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """Weights of the indicators."""
        return self.of("weights", interval, level)

    def loadings(self, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """Loadings within blocks."""
        return self.of("loadings", interval, level)

    def rsquare(self, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """R² of endogenous constructs."""
        return self.of("rsquare", interval, level)

    def effects(self, kind: str = "total", interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """Effects along arrows: "total", "indirect" (sums), or "specific" (every chain for itself)."""
        return self.of(f"{kind}_effects", interval, level)

    def reliability(self, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """α, ρ_A, ρ_C and AVE."""
        return self.of("reliability", interval, level)

    def htmt(self, kind: str = "absolute", interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """HTMT of every pair; kinds as in ``CompositeResult.htmt``."""
        names = {"absolute": "htmt", "signed": "htmt_signed", "htmt2": "htmt2"}
        return self.of(names.get(kind, kind), interval, level)

    def of(self, family: str, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """One family of values: see the methods, and "f2", "construct_correlations", "distances".

        Raises
        ------
        ModelError : an unknown family or interval.
        """
        import pandas as pd

        estimate, draws, left = self.values(family, interval == "bca")
        lower, upper = _ends(estimate, draws, interval, level, left)
        mean, se = _moments(draws)
        t = estimate / np.where(se > STILL, se, np.nan)
        columns = {
            "est": estimate, "se": se, "bias": mean - estimate, "t": t, "pvalue": 2 * ndtr(-np.abs(t)),
            "ci_lower": lower, "ci_upper": upper,
        }  # fmt: skip
        return pd.DataFrame(FAMILIES[family].names(self.fit.specification)).join(pd.DataFrame(columns))

    def values(self, family: str, leave_out: bool = False) -> tuple[Array, Array, Array | None]:
        """Estimates (k,), draws (B, k) and, if asked for, those without each case (n, k)."""
        if family not in FAMILIES:
            raise ModelError(
                f"{family!r} is no family of values; use one of {', '.join(FAMILIES)}{did_you_mean(family, FAMILIES)}"
            )
        model, compute = self.fit.specification, FAMILIES[family].compute
        left = compute(self.left_out, model) if leave_out else None
        return compute(self.fit.estimates, model)[0], compute(self.draws, model), left

    @cached_property
    def left_out(self) -> Estimates:
        """Refits without one case at a time, behind bca intervals."""
        return draw(self.fit, as_counts(jackknife_weights(self.fit.sample.n)), self.fit.solved)[0]


def _moments(draws: Array) -> tuple[Array, Array]:
    """Means and standard deviations (k,) of the defined draws; NaN with fewer than two."""
    good = np.isfinite(draws)
    count = np.where(good.sum(axis=0) > 1, good.sum(axis=0), np.nan)
    mean = np.sum(np.where(good, draws, 0.0), axis=0) / count
    gap = np.where(good, draws - mean, 0.0)
    return mean, np.sqrt(np.sum(gap**2, axis=0) / (count - 1))


def _ends(
    estimate: Array, draws: Array, interval: str, level: float, left: Array | None
) -> tuple[Array, Array]:
    """Intervals column by column where some draws are not defined."""
    good = np.isfinite(draws)
    lower, upper = np.full((2, len(estimate)), np.nan)
    whole = good.all(axis=0) & np.isfinite(estimate)
    lower[whole], upper[whole] = intervals(
        estimate[whole], draws[:, whole], interval, level, _columns(left, whole)
    )
    for k in np.flatnonzero(~whole & good.any(axis=0) & np.isfinite(estimate)):
        own = np.arange(len(estimate)) == k
        low, high = intervals(estimate[own], draws[good[:, k]][:, own], interval, level, _columns(left, own))
        lower[k], upper[k] = low[0], high[0]
    return lower, upper


def _columns(left: Array | None, own: Array) -> Array | None:
    if left is None:
        return None
    kept = left[:, own]
    return kept[np.isfinite(kept).all(axis=1)]
