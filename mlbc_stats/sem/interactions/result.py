"""The result of a model with products that was estimated by LMS or QML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.inference.chi_square import tail
from mlbc_stats.sem.inference.functions.function_errors import Columns, function_columns
from mlbc_stats.sem.inference.parameter_values import coefficient_names, estimate_columns
from mlbc_stats.sem.inference.uncertainty import Uncertainty
from mlbc_stats.sem.interactions.casewise_errors import uncertainty_of
from mlbc_stats.sem.interactions.estimating import Moderated
from mlbc_stats.sem.interactions.model_text.product_terms import Product
from mlbc_stats.sem.interactions.moderation import Moderation
from mlbc_stats.sem.interactions.standardizing import (
    explained,
    group_moments,
    share_function,
    share_rows,
    standardized_function,
    standardized_values,
)
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.specification.parameter_table import ParameterTable

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.discrepancy.method import Method
    from mlbc_stats.sem.estimation.solution import Solution

NAMES = ("est", "se", "z", "pvalue", "ci_lower", "ci_upper")


@dataclass(frozen=True, repr=False)
class ModeratedFit:
    """A model with products of latent variables, as data; `ModeratedResult` adds its summary.

    Attributes
    ----------
    interactions : "lms" or "qml".
    moderation : the model joined to its data; moderated : where estimation ended.
    errors : "standard" (observed information), "robust" (sandwich of casewise scores) or "none".
    call : arguments of `fit`.
    warnings : everything a reader must know; doubts : those that speak against the solution.
    """

    interactions: str
    moderation: Moderation
    moderated: Moderated
    errors: str
    call: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def table(self) -> ParameterTable:
        """The parameters, with a phantom factor for every product."""
        return self.moderation.table

    @property
    def products(self) -> tuple[Product, ...]:
        """The products."""
        return self.moderation.products

    @property
    def linear(self) -> FittedModel:
        """The fit of the model without products: a `SemResult` with all it has."""
        return self.moderation.linear

    @property
    def converged(self) -> bool:
        """Whether the estimates are a maximum: no gradient, positive information."""
        return self.moderated.climb.converged

    @property
    def theta(self) -> Floats:
        """Free parameters (q,), in the table's order."""
        return self.moderated.climb.theta

    @property
    def loglik(self) -> float:
        """Log-likelihood; of QML the quasi-log-likelihood, not to be compared with others."""
        return self.moderated.climb.value

    @property
    def nobs(self) -> int:
        """Cases, all groups."""
        return round(self.moderation.cases)

    @property
    def npar(self) -> int:
        """Free parameters after equality constraints."""
        basis = self.moderation.space.basis
        return len(self.theta) if basis is None else basis.shape[1]

    @property
    def aic(self) -> float:
        """−2 log L + 2 npar."""
        return -2 * self.loglik + 2 * self.npar

    @property
    def bic(self) -> float:
        """−2 log L + npar log n."""
        return float(-2 * self.loglik + self.npar * np.log(self.nobs))

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """Sampling covariance of theta; `robust_uncertainty` has that of the sandwich whatever `errors` says."""
        return uncertainty_of(self.moderation, self.moderated, self.errors == "robust")

    @cached_property
    def robust_uncertainty(self) -> Uncertainty:
        """Sampling covariance by the sandwich of casewise (or cluster) scores."""
        return uncertainty_of(self.moderation, self.moderated, True)

    @cached_property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the estimates, named by label or lhs-op-rhs."""
        import pandas as pd

        names = coefficient_names(self.table)
        return pd.DataFrame(self.uncertainty.vcov, index=names, columns=names)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """Estimates with errors, tests, 95 % intervals and standardized values; one row per parameter of the model."""
        rams = self.moderation.rams
        columns = estimate_columns(self.table, rams, self.theta, self.uncertainty)
        more = self._columns(columns)
        for kind in ("std_lv", "std_all"):
            more[kind] = standardized_values(self.moderation, self.theta, kind)
        more["free"] = [row.free for row in self.table.parameters]
        return self._rows(more)

    @cached_property
    def standardized(self) -> pd.DataFrame:
        """Standardized solution with delta-method errors; products by both deviations, γ sd(x) sd(z) / sd(y).

        References
        ----------
        Wen, Marsh & Hau (2010), doi:10.1080/10705510903438872.
        """
        function = standardized_function(self.moderation, self._sizes)
        found = function_columns(function, self.theta, self.uncertainty)
        more = self._columns(found)
        return self._rows({"est_std": more.pop("est")} | more)

    @cached_property
    def rsquare(self) -> pd.Series:
        """Explained share of every dependent variable's variance, products included."""
        import pandas as pd

        shares = explained(self.moderation, self.theta)
        single = self.table.n_groups == 1
        return pd.Series({(k[0] if single else k): v for k, v in shares.items()}, dtype=float)

    @cached_property
    def product_rsquare(self) -> pd.DataFrame:
        """What the products add to R² of every outcome: lhs, group, est, se, and an interval.

        R² less what the other predictors alone would explain linearly under the model.
        """
        import pandas as pd

        found = function_columns(share_function(self.moderation, self._sizes), self.theta, self.uncertainty)
        names, groups = zip(*share_rows(self.moderation), strict=True)
        more = self._columns(found)
        keep = {name: more[name] for name in ("est", "se", "ci_lower", "ci_upper")}
        return pd.DataFrame({"lhs": names, "group": groups} | keep)

    @cached_property
    def likelihood_ratio(self) -> dict[str, float]:
        """Test against the linear model: stat = 2 (log L − log L of `linear`), df, pvalue.

        Raises
        ------
        ModelError
            for QML, whose quasi-likelihood is none; see `wald`.
        """
        if self.interactions != "lms":
            raise ModelError(
                "a quasi-likelihood gives no likelihood ratio; use fit.wald, or interactions='lms'"
            )
        stat = 2 * (self.loglik - float(self.linear.fit_measures["logl"]))
        return self._test(stat, self.npar - self.linear.npar)

    @cached_property
    def wald(self) -> dict[str, float]:
        """Test that all products have no effect: stat = gᵀ V⁻¹ g of their coefficients, df, pvalue."""
        names = {p.name for p in self.products}
        at = [
            row.free - 1 for row in self.table.parameters if row.op == "~" and row.rhs in names and row.free
        ]
        slopes, vcov = self.theta[at], self.uncertainty.vcov[np.ix_(at, at)]
        if not np.isfinite(vcov).all():
            return self._test(np.nan, len(at))
        return self._test(
            float(slopes @ np.linalg.pinv(vcov, hermitian=True) @ slopes), int(np.linalg.matrix_rank(vcov))
        )

    @cached_property
    def fit_measures(self) -> pd.Series:
        """npar, ntotal, logl, aic, bic; there is no saturated model, so that there is no χ² of the whole."""
        import pandas as pd

        return pd.Series(
            {"npar": self.npar, "ntotal": self.nobs, "logl": self.loglik, "aic": self.aic, "bic": self.bic},
            dtype=float,
        )

    @property
    def solution(self) -> Solution:
        """There is none: the fit minimizes no discrepancy between moments.

        Raises
        ------
        NotServedError
            always; `linear` is the fit of the model without products, which all functions of `sem` take.
        """
        raise NotServedError(
            f"a fit by interactions={self.interactions!r} compares no moments, so that this is not served for it; "
            "fit.linear, the model without products, has it"
        )

    @property
    def method(self) -> Method:
        """There is none, see `solution`."""
        raise NotServedError(
            f"a fit by interactions={self.interactions!r} has no discrepancy or test of moments; fit.linear has them"
        )

    def variable_moments(self, name: str, group: int = 1) -> tuple[float, float]:
        """Mean and standard deviation of a variable as the model implies them."""
        mean, cov = group_moments(self.moderation, self.theta)[group - 1]
        at = self.moderation.rams[group - 1].variables.index(name)
        return float(mean[at]), float(np.sqrt(cov[at, at]))

    def __repr__(self) -> str:
        state = "converged" if self.converged else "NOT CONVERGED"
        return f"<{type(self).__name__} {self.interactions.upper()}: {self.npar} parameters, n = {self.nobs}, {state}>"

    @property
    def _sizes(self) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.sqrt(np.diag(self.uncertainty.vcov))

    def _test(self, stat: float, df: int) -> dict[str, float]:
        return {"stat": stat, "df": df, "pvalue": float(tail(stat, df)) if df else np.nan}

    def _columns(self, found: Columns) -> dict[str, Any]:
        return {name: getattr(found, name) if self.converged or name == "est" else np.nan for name in NAMES}

    def _rows(self, more: dict[str, Any]) -> pd.DataFrame:
        """A table with one row per parameter; what defines the phantoms is left out."""
        import pandas as pd

        rows, names = self.table.parameters, ("lhs", "op", "rhs", "group", "label")
        frame = pd.DataFrame({name: [getattr(row, name) for row in rows] for name in names} | more)
        phantom = frame["lhs"].isin({p.name for p in self.products})
        return frame[~phantom].reset_index(drop=True)
