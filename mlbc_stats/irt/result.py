"""A fitted item response model with its parameters in the usual forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mlbc_stats.irt.answers.reading import Answers
from mlbc_stats.irt.curves.families import PARTIAL_CREDIT, UNFOLDING
from mlbc_stats.irt.estimation.climb import Climb
from mlbc_stats.irt.estimation.marginal import Problem
from mlbc_stats.irt.models import MODELS
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class IrtResult(Shown):
    """An item response model of p items.

    The latent variable has mean 0; its variance is 1, or free where slopes are fixed at 1 (`rasch`, `pcm`).

    Attributes
    ----------
    model : its name. answers : categories and patterns. problem : the likelihood; climb : its maximum.
    vcov : (f, f) covariance of the free parameters, the inverse of the observed information; NaN where it has none.
    level : coverage of the intervals. warnings : what stands against the solution.

    Examples
    --------
    >>> from mlbc_stats import irt
    >>> rng = np.random.default_rng(1)
    >>> answers = {f"x{k}": (rng.normal(size=300) + (common := rng.normal(size=300) if k == 1 else common) > 0) * 1.0
    ...            for k in range(1, 5)}
    >>> result = irt.fit(answers, "2pl")
    >>> type(result).__name__, result.converged, result.table.shape
    ('IrtResult', True, (4, 2))
    """

    model: str
    answers: Answers
    problem: Problem
    climb: Climb
    vcov: Array
    level: float
    warnings: tuple[str, ...]

    @property
    def items(self) -> tuple[str, ...]:
        return self.answers.names

    @property
    def n(self) -> int:
        return self.answers.n

    @property
    def npar(self) -> int:
        """Free parameters."""
        return self.problem.size

    @property
    def loglik(self) -> float:
        return self.climb.expectation.loglik

    @property
    def aic(self) -> float:
        return 2 * self.npar - 2 * self.loglik

    @property
    def bic(self) -> float:
        return self.npar * float(np.log(self.n)) - 2 * self.loglik

    @property
    def converged(self) -> bool:
        return self.climb.converged

    @property
    def gamma(self) -> Array:
        """(M,) parameters of all items, for a latent variable with variance 1."""
        return self.problem.items(self.climb.theta)

    @property
    def unit(self) -> float:
        """Standard deviation of the latent variable as it is told."""
        return float(self.climb.theta[0]) if MODELS[self.model].unit else 1.0

    @property
    def latent_variance(self) -> float:
        return self.unit**2

    @property
    def latent_variance_se(self) -> float:
        """Standard error of a free latent variance; NaN where it is fixed at 1."""
        return 2 * self.unit * float(np.sqrt(self.vcov[0, 0])) if MODELS[self.model].unit else float("nan")

    @property
    def parameters(self) -> pd.DataFrame:
        """Slopes and intercepts: item, name, est, se, ci_lower, ci_upper (of unfolding: a, b and thresholds t)."""
        values, slopes = [], []
        names: list[tuple[str, str]] = []
        for j, item in enumerate(self.items):
            value, slope, told = _intercept_form(self, j)
            values.append(value)
            slopes.append(slope)
            names.extend((item, name) for name in told)
        return self._frame(names, np.concatenate(values), np.concatenate(slopes))

    @property
    def difficulties(self) -> pd.DataFrame:
        """Discrimination a and the places b on the latent variable: item, name, est, se, ci_lower, ci_upper.

        Of graded answers b_k = −d_k/a is where P(Y ≥ k) = ½; of partial credit b_k = (d_{k−1} − d_k)/a is where two
        neighbouring categories are equally likely.
        """
        values, slopes = [], []
        names: list[tuple[str, str]] = []
        for j, item in enumerate(self.items):
            value, slope, told = _place_form(self, j)
            values.append(value)
            slopes.append(slope)
            names.extend((item, name) for name in told)
        return self._frame(names, np.concatenate(values), np.concatenate(slopes))

    @property
    def table(self) -> pd.DataFrame:
        """One row an item: its discrimination and places."""
        rows = self.difficulties
        return rows.pivot_table(index="item", columns="name", values="est", sort=False).rename_axis(
            None, axis=1
        )

    def places(self, item: int) -> tuple[Array, Array]:
        """a and b (m,) of one item, with their covariance (m, m)."""
        value, slope, _ = _place_form(self, item)
        return value, slope @ self.vcov @ slope.T

    def _frame(self, names: list[tuple[str, str]], values: Array, slopes: Array) -> pd.DataFrame:
        import pandas as pd

        variance = np.einsum("ij,jk,ik->i", slopes, self.vcov, slopes)
        error = np.sqrt(np.where((variance > 0) & slopes.any(axis=1), variance, np.nan))
        reach = float(ndtri((1 + self.level) / 2)) * error
        frame = pd.DataFrame(names, columns=["item", "name"])
        return frame.assign(est=values, se=error, ci_lower=values - reach, ci_upper=values + reach)

    def _facts(self) -> Mapping[str, object]:
        return {
            "model": self.model,
            "items": list(self.items),
            "cases": self.n,
            "log-likelihood": self.loglik,
            "parameters estimated": self.npar,
            "latent variance": self.latent_variance,
            "converged": self.converged,
            "warnings": "; ".join(self.warnings) or "none",
        }


def _intercept_form(result: IrtResult, j: int) -> tuple[Array, Array, tuple[str, ...]]:
    """Parameters of item j, their derivatives by the free ones, and names."""
    family, k = result.problem.layout.family, result.answers.categories[j]
    if family == UNFOLDING:
        return _unfolding_form(result, j)
    place = result.problem.layout.parameters_of(j)
    value, slope = result.gamma[place].copy(), result.problem.free[place].copy()
    if MODELS[result.model].unit:
        value[0], slope[0] = 1.0, 0.0
    return value, slope, family.names(k)


def _place_form(result: IrtResult, j: int) -> tuple[Array, Array, tuple[str, ...]]:
    if result.problem.layout.family == UNFOLDING:
        return _unfolding_form(result, j)
    value, slope, _ = _intercept_form(result, j)
    a, d = value[0], value[1:]
    steps = result.problem.layout.family == PARTIAL_CREDIT
    lower = np.append(0.0, d[:-1]) if steps else 0.0
    low_slope = np.vstack([np.zeros(slope.shape[1]), slope[1:-1]]) if steps else 0.0
    b = (lower - d) / a
    b_slope = (low_slope - slope[1:]) / a - np.outer(b, slope[0]) / a
    names = ("b",) if len(b) == 1 else tuple(f"b{k}" for k in range(1, len(b) + 1))
    return np.append(a, b), np.vstack([slope[0], b_slope]), ("a", *names)


def _unfolding_form(result: IrtResult, j: int) -> tuple[Array, Array, tuple[str, ...]]:
    """a, δ = β/a and τ_k = t_k/a."""
    place = result.problem.layout.parameters_of(j)
    value, slope = result.gamma[place], result.problem.free[place]
    a, rest = value[0], value[1:] / value[0]
    own = (slope[1:] - np.outer(rest, slope[0])) / a
    names = ("a", "b", *(f"t{k}" for k in range(1, len(rest))))
    return np.append(a, rest), np.vstack([slope[0], own]), names
