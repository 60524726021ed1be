"""The engine of ordinal variables: thresholds, slopes, variances and correlations of the responses behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.linalg import deviations
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.implied.categories import Categories
from mlbc_stats.sem.implied.first_derivatives import factors
from mlbc_stats.sem.implied.moments import imply_normal, matrices, total_effects
from mlbc_stats.sem.implied.ordinal_derivatives import stacked_jacobian
from mlbc_stats.sem.implied.ordinal_moments import (
    residual_variances,
    response_slopes,
    scaling_factors,
    stacked_moments,
    thresholds,
)
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.implied.second_derivatives import add_curvature


@dataclass(frozen=True, slots=True)
class OrdinalEngine:
    """The moments of a model are those of its categories, given the covariates.

    Attributes
    ----------
    categories : where thresholds and scaling factors are.
    """

    categories: Categories

    @property
    def conditional(self) -> bool:
        """Covariates are given, their own moments are not analysed."""
        return True

    @property
    def has_second(self) -> bool:
        """Second derivatives are exact where the stacked moments are linear in those of y*."""
        return self.categories.linear

    def count(self, ram: Ram) -> int:
        """Number of stacked moments."""
        return self.categories.count

    def settle(self, ram: Ram, own: Floats, a: Floats, s: Floats) -> None:
        """Residual variances of ordinal variables follow from their scaling factors in the delta parameterization."""
        part = self.categories
        if not part.theta:
            o = np.flatnonzero(part.ordinal)
            s[..., o, o] = residual_variances(part, own, total_effects(ram, a), s)

    def implied(self, ram: Ram, theta: Floats) -> Implied:
        """Moments of y* given the covariates at theta (..., q), and the stacked moments of the categories."""
        a, s, m = matrices(ram, theta)
        x = self.categories.covariates
        s[..., x, :] = 0.0
        s[..., :, x] = 0.0
        m[..., x] = 0.0
        implied = imply_normal(ram, a, s, m)
        tau = thresholds(self.categories, theta[..., ram.free])
        return replace(implied, tau=tau, stacked=stacked_moments(self.categories, tau, implied))

    def expanded(self, ram: Ram, implied: Implied) -> tuple[Ram, None]:
        """Parameters are cells themselves."""
        return ram, None

    def jacobian(self, ram: Ram, implied: Implied) -> Floats:
        """dσ/dθ of the stacked moments."""
        return stacked_jacobian(ram, self.categories, implied, *factors(ram, implied))

    def gradient(self, ram: Ram, implied: Implied, slope: Floats, mean_slope: Floats | None) -> Floats:
        """dF/dθ (..., q_g) from dF/dσ (..., m)."""
        return (slope[..., None, :] @ self.jacobian(ram, implied))[..., 0, :]

    def slopes(self, ram: Ram, implied: Implied, got: Evaluation, observed: bool) -> tuple[Floats, Floats]:
        """Gradient and unit information of the group's own parameters, from one Jacobian."""
        delta = self.jacobian(ram, implied)
        information = got.information(delta)
        if observed:
            d_sigma, d_mu = response_slopes(self.categories, implied, got.slope)
            bent = replace(got, slope=d_sigma, mean_slope=d_mu)
            information = add_curvature(information, ram, implied, bent)
        return (got.slope[..., None, :] @ delta)[..., 0, :], information

    def response_scales(self, ram: Ram, theta: Floats) -> tuple[Floats, Floats]:
        """Residual variances and scaling factors (..., v), parameters or not."""
        part, (_, s, _) = self.categories, matrices(ram, theta)
        residual = np.einsum("...ii->...i", s)
        if not part.theta:
            return residual, scaling_factors(part, theta[..., ram.free])
        variance = np.einsum("...ii->...i", self.implied(ram, theta).sigma)
        scales = np.ones((*theta.shape[:-1], len(ram.variables)), dtype=theta.dtype)
        marked = np.flatnonzero(part.ordinal) if part.unit_of is None else part.responses
        with np.errstate(all="ignore"):  # NaN among complex numbers, variances without end
            found = 1 / deviations(variance[..., marked])
            scales[..., marked] = np.where(np.isfinite(found) & (found != 0), found, np.nan)
        return residual, scales
