"""Predictions of cases by models that have not seen them, and the tables of a report on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.prediction.errors_of_prediction import prediction_errors
from mlbc_stats.composites.prediction.maps import BENCHMARKS, targets
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

KINDS = ("pls", *BENCHMARKS, "pls_in_sample")
EQUAL = 1e-9
"""Relative difference of errors that is rounding: one indicator by one indicator is the linear model itself."""


@dataclass(frozen=True, slots=True, repr=False)
class CompositePrediction(Shown):
    """Predictions of n cases in R repetitions; q indicators of e endogenous constructs.

    Attributes
    ----------
    fit : whose model was trained again. folds : (R, n) labels. technique, average : as asked for.
    actual : (n, q) answers.
    predicted : (R, n, q) by kind: "pls"; "lm_exogenous", each indicator by linear regression on the indicators of
        exogenous constructs; "lm_all_other", on all indicators outside its block; "average", the training mean.
    in_sample : (n, q) a case's predictions by "pls", averaged over the training sets that hold it.
    scores, predicted_scores : (R, n, e) in units of the training sets.
    failures : training sets without a solution.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=100)
    >>> data = {"x": cause, "y": cause + rng.normal(size=100), "z": rng.normal(size=100)}
    >>> fit = composites.fit("y ~ x", data)
    >>> found = composites.predict(fit, folds="loo")
    >>> isinstance(found, composites.CompositePrediction), found.power["power"].tolist()
    (True, ['none'])
    """

    fit: CompositeResult
    folds: Array
    technique: str
    average: str
    actual: Array
    predicted: dict[str, Array]
    in_sample: Array
    scores: Array
    predicted_scores: Array
    failures: int

    def _facts(self) -> Mapping[str, object]:
        return {
            "cases": len(self.actual),
            "folds": int(self.folds.max()) + 1,
            "repetitions": len(self.folds),
            "technique": self.technique,
            "failures": self.failures,
        }

    @property
    def indicators(self) -> tuple[str, ...]:
        """The predicted indicators (q,)."""
        return tuple(self.fit.specification.indicators[k] for k in targets(self.fit.specification))

    @property
    def owners(self) -> tuple[str, ...]:
        """Their constructs (q,)."""
        model = self.fit.specification
        return tuple(name for name in model.endogenous for _ in model.construct(name).indicators)

    @property
    def table(self) -> pd.DataFrame:
        """`report` with the benchmark of the literature, "lm_exogenous"."""
        return self.report()

    def report(self, benchmark: str = "lm_exogenous") -> pd.DataFrame:
        """One row per indicator: rmse, mae, q2_predict, those of the benchmark, and the differences PLS − benchmark."""
        own, other = self.errors("pls"), self.errors(benchmark).drop(columns=["construct", "indicator"])
        gaps = (own[["rmse", "mae"]] - other[["rmse", "mae"]]).add_suffix("_difference")
        prefix = "average_" if benchmark == "average" else "lm_"
        return own.join(other.add_prefix(prefix)).join(gaps)

    def errors(self, kind: str = "pls") -> pd.DataFrame:
        """rmse, mae and q2_predict of every indicator, predicted in one way: a key of `predicted` or "pls_in_sample".

        Raises
        ------
        ModelError : an unknown kind.
        """
        import pandas as pd

        found = prediction_errors(self.residuals(kind), self.residuals("average"), self._mass())
        return pd.DataFrame({"construct": self.owners, "indicator": self.indicators} | found)

    def residuals(self, kind: str = "pls") -> Array:
        """Answer minus prediction (R, n, q); R is one when predictions are averaged and within the sample."""
        if kind not in KINDS:
            raise ModelError(
                f"{kind!r} is no way to predict; use one of {', '.join(KINDS)}{did_you_mean(kind, KINDS)}"
            )
        if kind == "pls_in_sample":
            return (self.actual - self.in_sample)[None]
        return np.asarray(self.actual - self._repeated(self.predicted[kind]))

    @property
    def constructs(self) -> pd.DataFrame:
        """rmse, mae and q2_predict of the scores of endogenous constructs, in units of the training sets."""
        import pandas as pd

        actual = self._repeated(self.scores)
        found = prediction_errors(actual - self._repeated(self.predicted_scores), actual, self._mass())
        return pd.DataFrame({"construct": self.fit.specification.endogenous} | found)

    @property
    def power(self) -> pd.DataFrame:
        """Predictive power of each endogenous construct by its indicators.

        Columns: construct, indicators, q2_above_zero and better (counts of the indicators whose Q²predict is above zero
        and whose RMSE is below the linear model's), power: "high" when all are better, "medium" a majority, "low" a
        minority, "none" not one.

        References
        ----------
        Shmueli et al. (2019), doi:10.1108/EJM-02-2019-0189, figure 5.
        """
        rows = self.report().assign(
            q2_above_zero=lambda t: t["q2_predict"] > 0,
            better=lambda t: t["rmse_difference"] < -EQUAL * t["rmse"],
        )
        found = rows.groupby("construct", sort=False).agg(
            indicators=("better", "size"), q2_above_zero=("q2_above_zero", "sum"), better=("better", "sum")
        )
        words = [
            _power(better, of)
            for better, of in zip(found["better"].tolist(), found["indicators"].tolist(), strict=True)
        ]
        return found.assign(power=words).reset_index()

    def cases(self, indicator: str, kind: str = "pls") -> pd.DataFrame:
        """Casewise: actual, predicted (mean of the repetitions) and error, rows named by their place in the data.

        Raises
        ------
        ModelError : no predicted indicator, or an unknown kind.
        """
        import pandas as pd

        if indicator not in self.indicators:
            hint = did_you_mean(indicator, self.indicators)
            raise ModelError(
                f"{indicator!r} is no predicted indicator; there are {', '.join(self.indicators)}{hint}"
            )
        at = self.indicators.index(indicator)
        error = self.residuals(kind)[..., at].mean(axis=0)
        actual = self.actual[:, at]
        columns = {"actual": actual, "predicted": actual - error, "error": error}
        return pd.DataFrame(columns, index=self.fit.sample.kept)

    def losses(self, kind: str = "pls") -> Array:
        """(n, e) mean squared error of a case over the indicators of each endogenous construct, and repetitions."""
        squares = np.mean(self.residuals(kind) ** 2, axis=0)
        owners = np.array(self.owners)
        return np.stack(
            [squares[:, owners == name].mean(axis=1) for name in self.fit.specification.endogenous], axis=-1
        )

    def _repeated(self, values: Array) -> Array:
        return values.mean(axis=0, keepdims=True) if self.average == "predictions" else values

    def _mass(self) -> Array:
        weights = self.fit.sample.weights
        return np.ones(len(self.actual)) if weights is None else weights


def _power(better: int, of: int) -> str:
    if better in (0, of):
        return "high" if better else "none"
    return "medium" if better > of / 2 else "low"
