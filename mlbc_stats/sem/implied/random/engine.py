"""The engine of models whose slopes vary between clusters: the moments of coefficients, and those of both levels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.implied.first_derivatives import group_information, normal_gradient, normal_jacobian
from mlbc_stats.sem.implied.moments import imply_normal, matrices
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.implied.second_derivatives import curved_slopes


@dataclass(frozen=True, slots=True)
class SlopeEngine:
    """Moments of a cluster's coefficients are compared with the data; those of both levels are shown.

    Attributes
    ----------
    inner : the model of coefficients, each cell a parameter, q_e of them; see ``cells.py``.
    source : (q_e,) the group's own parameter that each cell is.
    given, held : places in `inner`, and in the model of both levels, of covariates between clusters.
    n_within : variables within clusters without covariates; n_means : means that the data tell.
    """

    inner: Ram
    source: Ints
    given: Ints
    held: Ints
    n_within: int
    n_means: int

    @property
    def conditional(self) -> bool:
        """The moments of both levels that are shown hold those of all covariates."""
        return False

    @property
    def has_second(self) -> bool:
        """Second derivatives are exact."""
        return True

    def count(self, ram: Ram) -> int:
        """Distinct moments of (Σ_W, coefficients, variables between), without those of fixed covariates alone."""
        w, b, x = self.n_within, self.inner.n_observed - self.n_within, len(self.given)
        return (w * (w + 1) + b * (b + 1) - x * (x + 1)) // 2 + self.n_means - x

    def settle(self, ram: Ram, own: Floats, a: Floats, s: Floats) -> None:
        """Nothing follows: every variance is a parameter or fixed."""

    def implied(self, ram: Ram, theta: Floats) -> Implied:
        """Covariances and means of both levels at theta (..., q), and those of coefficients as `inner`."""
        a, s, m = matrices(self.inner, theta[..., ram.free][..., self.source])
        s, m = _wide(s, ram.s0, 2), _wide(m, ram.m0, 1)
        s[..., self.given[:, None], self.given] = ram.s0[..., self.held[:, None], self.held]
        m[..., self.given] = ram.m0[..., self.held]
        shown = imply_normal(ram, *matrices(ram, theta))
        return replace(shown, inner=imply_normal(self.inner, a, s, m))

    def expanded(self, ram: Ram, implied: Implied) -> tuple[Ram, Floats]:
        """The model of coefficients, and the slopes (q_e, q_g) of its cells by the parameters."""
        slopes = np.zeros((len(self.source), len(ram.free)))
        slopes[np.arange(len(self.source)), self.source] = 1.0
        return self.inner, slopes

    def jacobian(self, ram: Ram, implied: Implied) -> Floats:
        """d(μ, vech Σ)/dθ of coefficients."""
        inner, slopes = self.expanded(ram, implied)
        return normal_jacobian(inner, _coefficients(implied)) @ slopes

    def gradient(self, ram: Ram, implied: Implied, slope: Floats, mean_slope: Floats | None) -> Floats:
        """dF/dθ (..., q_g) from dF/dΣ and dF/dμ of coefficients."""
        inner, slopes = self.expanded(ram, implied)
        return normal_gradient(inner, _coefficients(implied), slope, mean_slope) @ slopes

    def slopes(self, ram: Ram, implied: Implied, got: Evaluation, observed: bool) -> tuple[Floats, Floats]:
        """Gradient and unit information of the group's own parameters, in which the cells are linear."""
        inner, slopes = self.expanded(ram, implied)
        moments = _coefficients(implied)
        if observed:
            gradient, information = curved_slopes(inner, moments, got)
        else:
            gradient = normal_gradient(inner, moments, got.slope, got.mean_slope)
            information = group_information(inner, moments, got)
        return gradient @ slopes, slopes.T @ information @ slopes

    def response_scales(self, ram: Ram, theta: Floats) -> None:
        """No variable has a scale of its own."""
        return


def _coefficients(implied: Implied) -> Implied:
    return implied if implied.inner is None else implied.inner


def _wide(matrix: Floats, given: Floats, axes: int) -> Floats:
    """A copy with the batch axes of both, into which the moments of covariates are put."""
    batch = np.broadcast_shapes(matrix.shape[:-axes], given.shape[:-axes])
    return np.broadcast_to(matrix, (*batch, *matrix.shape[-axes:])).copy()
