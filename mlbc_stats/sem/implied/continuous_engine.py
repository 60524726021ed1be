"""Moments of the variables themselves: means and covariances of one level, or of two side by side."""

from __future__ import annotations

from dataclasses import dataclass

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.implied.first_derivatives import group_information, normal_gradient, normal_jacobian
from mlbc_stats.sem.implied.moments import count_moments, imply_normal, matrices
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.implied.second_derivatives import curved_slopes


@dataclass(frozen=True, slots=True)
class ContinuousEngine:
    """The moments of a model are the mean vector and covariance matrix of its observed variables."""

    @property
    def conditional(self) -> bool:
        """The covariates' own moments are among them."""
        return False

    @property
    def has_second(self) -> bool:
        """Second derivatives are exact."""
        return True

    def count(self, ram: Ram) -> int:
        """Distinct moments, without those of fixed covariates alone."""
        return count_moments(ram)

    def settle(self, ram: Ram, own: Floats, a: Floats, s: Floats) -> None:
        """Nothing follows: every variance is a parameter or fixed."""

    def implied(self, ram: Ram, theta: Floats) -> Implied:
        """Covariances and means at theta (..., q)."""
        return imply_normal(ram, *matrices(ram, theta))

    def expanded(self, ram: Ram, implied: Implied) -> tuple[Ram, None]:
        """Parameters are cells themselves."""
        return ram, None

    def jacobian(self, ram: Ram, implied: Implied) -> Floats:
        """d(μ, vech Σ)/dθ."""
        return normal_jacobian(ram, implied)

    def gradient(self, ram: Ram, implied: Implied, slope: Floats, mean_slope: Floats | None) -> Floats:
        """dF/dθ (..., q_g) from dF/dΣ and dF/dμ."""
        return normal_gradient(ram, implied, slope, mean_slope)

    def slopes(self, ram: Ram, implied: Implied, got: Evaluation, observed: bool) -> tuple[Floats, Floats]:
        """Gradient and unit information of the group's own parameters."""
        if observed:
            return curved_slopes(ram, implied, got)
        gradient = self.gradient(ram, implied, got.slope, got.mean_slope)
        return gradient, group_information(ram, implied, got)

    def response_scales(self, ram: Ram, theta: Floats) -> None:
        """No variable has a scale of its own."""
        return


@dataclass(frozen=True, slots=True)
class LevelEngine(ContinuousEngine):
    """One model for both levels: its observed variables are those within, then those between, nothing across.

    Attributes
    ----------
    n_within : observed variables within; n_means : means that the data tell, one of each variable.
    """

    n_within: int = 0
    n_means: int = 0

    def count(self, ram: Ram) -> int:
        """Distinct moments of both levels, without those of fixed covariates alone."""
        w, b = self.n_within, ram.n_observed - self.n_within
        given = sum(_pairs(len(places)) for places in split_exogenous(ram.exogenous, w))
        return _pairs(w) + _pairs(b) + self.n_means - given - len(ram.exogenous)


def level_engine(levels: tuple[tuple[str, ...], tuple[str, ...]]) -> LevelEngine:
    """The engine of the variables of two levels."""
    within, between = levels
    return LevelEngine(len(within), len({*within, *between}))


def split_exogenous(places: Ints, n_within: int) -> tuple[Ints, Ints]:
    """Places of the fixed covariates of each level among its own variables."""
    return places[places < n_within], places[places >= n_within] - n_within


def _pairs(count: int) -> int:
    return count * (count + 1) // 2
