"""A factor solution with its errors and fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mlbc_stats.factor.correlation.sample import Correlations
from mlbc_stats.factor.extraction.extract import Extraction
from mlbc_stats.factor.inference.fit_statistics import FactorFit
from mlbc_stats.factor.turning.rotate import Rotated
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class FactorResult(Shown):
    """Exploratory factors of p items.

    Attributes
    ----------
    method, n_factors, correlation, missing : what was asked; n : cases.
    sample : the correlations; extraction : the unrotated solution; rotated : loadings, phi, optima.
    std_errors, phi_std_errors : (p, m) and (m, m) standard errors; NaN where there are none.
    intervals : (p, m, 2) limits of the loadings at `level`; errors : how they came about ("normal", "robust",
        "bootstrap" or "none"); resamples : bootstrap solutions (B, p, m), aligned; None without.
    fit : `FactorFit`. heywood : items whose uniqueness stands at its bound.
    warnings : what stands against the solution.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import factor
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(300, 2))
    >>> items = pd.DataFrame(common[:, [0, 0, 0, 1, 1, 1]] + rng.normal(size=(300, 6))).add_prefix("x")
    >>> result = factor.fit(items, 2)
    >>> type(result).__name__, result.table.shape
    ('FactorResult', (6, 4))
    """

    method: str
    n_factors: int
    correlation: str
    missing: str
    n: float
    sample: Correlations
    extraction: Extraction
    rotated: Rotated
    options: Mapping[str, Any]
    std_errors: Array
    phi_std_errors: Array
    intervals: Array
    level: float
    errors: str
    resamples: Array | None
    fit: FactorFit
    heywood: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def items(self) -> tuple[str, ...]:
        return self.sample.names

    @property
    def factors(self) -> tuple[str, ...]:
        return tuple(f"F{k + 1}" for k in range(self.n_factors))

    @property
    def loadings(self) -> Array:
        """(p, m) pattern of the rotated factors."""
        return self.rotated.loadings

    @property
    def phi(self) -> Array:
        """(m, m) correlations of the factors."""
        return self.rotated.phi

    @property
    def structure(self) -> Array:
        """(p, m) correlations of items and factors, ΛΦ."""
        return self.loadings @ self.phi

    @property
    def uniqueness(self) -> Array:
        """(p,)."""
        return self.extraction.uniqueness[0]

    @property
    def communality(self) -> Array:
        """(p,) variance that the factors explain."""
        return np.asarray(np.sum(self.loadings * self.structure, axis=1))

    @property
    def residuals(self) -> Array:
        """(p, p) correlations less those fitted; the diagonal is zero where communality and uniqueness add to one."""
        return self.sample.matrix - self.loadings @ self.structure.T - np.diag(self.uniqueness)

    @property
    def converged(self) -> bool:
        return bool(self.extraction.converged[0]) and self.rotated.converged

    @property
    def optima(self) -> int:
        """Distinct local minima of the rotation criterion that the starts met."""
        return self.rotated.optima

    @property
    def table(self) -> pd.DataFrame:
        """Items with their loadings, communality and uniqueness."""
        import pandas as pd

        frame = pd.DataFrame(self.loadings, index=list(self.items), columns=list(self.factors))
        frame["communality"], frame["uniqueness"] = self.communality, self.uniqueness
        return frame

    @property
    def parameters(self) -> pd.DataFrame:
        """One row a loading and a correlation of factors: est, se, ci_lower, ci_upper."""
        import pandas as pd

        p, m = self.loadings.shape
        rows = [
            (
                self.factors[k],
                "=~",
                self.items[i],
                self.loadings[i, k],
                self.std_errors[i, k],
                *self.intervals[i, k],
            )
            for k in range(m)
            for i in range(p)
        ]
        reach = float(ndtri((1 + self.level) / 2))
        for a in range(m):
            for b in range(a):
                value, error = self.phi[a, b], self.phi_std_errors[a, b]
                half = reach * error
                rows.append(
                    (self.factors[b], "~~", self.factors[a], value, error, value - half, value + half)
                )
        return pd.DataFrame(rows, columns=["lhs", "op", "rhs", "est", "se", "ci_lower", "ci_upper"])

    def _facts(self) -> Mapping[str, object]:
        return {
            "factors": self.n_factors,
            "method": f"{self.method}, {self.rotated.rotation}, {self.correlation} correlations",
            "cases": round(self.n),
            "optima of the rotation": self.optima,
            "RMSR": self.fit.rmsr,
            "RMSEA": self.fit.rmsea,
            "TLI": self.fit.tli,
            "warnings": "; ".join(self.warnings) or "none",
        }
