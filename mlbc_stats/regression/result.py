"""The result of a regression of observed variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class RegressionResult(Shown):
    """Coefficients of k terms with their robust covariance, from n complete rows.

    Attributes
    ----------
    outcome : column. kind : "linear", "logit" or "cloglog". names : (k,) terms, the intercept first.
    coefficients : (k,). vcov : (k, k), as `errors` says ("HC3", "HC1", "cluster" or "model").
    n : rows; events : ones of a binary outcome (0 of a linear one); clusters : their number, 0 without any.
    loglik, converged : of the fit. kept : (n,) rows of the table.
    warnings : what stands against the result.

    Examples
    --------
    >>> from mlbc_stats import regression
    >>> found = regression.fit({"x": [0, 1, 2, 3, 4], "y": [1, 3, 5, 7, 10]}, "y", ["x"])
    >>> isinstance(found, regression.RegressionResult), found.n
    (True, 5)
    """

    outcome: str
    kind: str
    errors: str
    names: tuple[str, ...]
    coefficients: Floats
    vcov: Floats
    n: int
    events: int
    clusters: int
    loglik: float
    converged: bool
    kept: NDArray[np.intp]
    warnings: tuple[str, ...]

    def value(self, name: str) -> tuple[float, float]:
        """Coefficient and standard error of one term.

        Examples
        --------
        >>> from mlbc_stats import regression
        >>> found = regression.fit({"x": [0, 1, 2, 3, 4], "y": [1, 3, 5, 7, 10]}, "y", ["x"])
        >>> round(found.value("x")[0], 2)
        2.2
        """
        at = self.names.index(name)
        return float(self.coefficients[at]), float(np.sqrt(self.vcov[at, at]))

    @property
    def table(self) -> pd.DataFrame:
        """One row a term: est, se, z, pvalue, ci_lower, ci_upper (normal, 95 %)."""
        import pandas as pd

        se = np.sqrt(np.diagonal(self.vcov))
        z = np.divide(self.coefficients, se, out=np.full(len(se), np.nan), where=se > 0)
        half = stats.norm.ppf(0.975) * se
        columns = {
            "term": self.names,
            "est": self.coefficients,
            "se": se,
            "z": z,
            "pvalue": 2 * stats.norm.sf(np.abs(z)),
            "ci_lower": self.coefficients - half,
            "ci_upper": self.coefficients + half,
        }
        return pd.DataFrame(columns)

    def _facts(self) -> dict[str, object]:
        return {
            "outcome": self.outcome,
            "kind": self.kind,
            "errors": self.errors,
            "rows": self.n,
            "events": self.events or None,
            "clusters": self.clusters or None,
        }
