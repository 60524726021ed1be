"""The engine of models with composites: continuous variables, some cells following from weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.implied.composite.blocks import loadings
from mlbc_stats.sem.implied.composite.chain import Cells, chain, curvature
from mlbc_stats.sem.implied.first_derivatives import group_information, normal_gradient, normal_jacobian
from mlbc_stats.sem.implied.moments import (
    count_moments,
    imply_normal,
    inverse_or_nan,
    matrices,
    total_effects,
)
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.implied.second_derivatives import curved_slopes


@dataclass(frozen=True, slots=True)
class CompositeEngine:
    """Means and covariances of the observed variables, composites among what they relate to.

    Attributes
    ----------
    cells : the cells of A and S as parameters of their own, and the blocks they follow from.
    """

    cells: Cells

    @property
    def conditional(self) -> bool:
        """The covariates' own moments are among them."""
        return False

    @property
    def has_second(self) -> bool:
        """Second derivatives are exact."""
        return True

    def count(self, ram: Ram) -> int:
        """Distinct moments, without those taken from the sample."""
        return count_moments(ram)

    def settle(self, ram: Ram, own: Floats, a: Floats, s: Floats) -> None:
        """Fill loadings, residual covariances and the variances of the composites' disturbances, in place."""
        blocks = self.cells.blocks
        wanted = np.empty((*s.shape[:-2], len(blocks)), dtype=s.dtype)
        for c, block in enumerate(blocks):
            within = s[(..., *block.corner)].copy()
            within[..., block.i, block.j] = within[..., block.j, block.i] = own[..., block.cells]
            loading, wanted[..., c], residual = loadings(block.read_weights(own), within)
            a[..., block.items, block.at] = loading
            s[(..., *block.corner)] = residual
        index = np.array([block.at for block in blocks], dtype=np.intp)
        s[..., index, index] = 0.0
        reach = total_effects(ram, a)[..., index, :]
        left = wanted - np.einsum("...ci,...ij,...cj->...c", reach, s, reach, optimize=True)
        s[..., index, index] = (inverse_or_nan(reach[..., index] ** 2) @ left[..., None])[..., 0]

    def implied(self, ram: Ram, theta: Floats) -> Implied:
        """Covariances and means at theta (..., q)."""
        return imply_normal(ram, *matrices(ram, theta))

    def expanded(self, ram: Ram, implied: Implied) -> tuple[Ram, Floats]:
        """The model whose parameters are its cells, and the slopes (..., q_e, q_g) of these by the parameters."""
        return self.cells.ram, chain(self.cells, implied.inverse, implied.disturbance, len(ram.free))

    def jacobian(self, ram: Ram, implied: Implied) -> Floats:
        """d(μ, vech Σ)/dθ."""
        inner, slopes = self.expanded(ram, implied)
        return normal_jacobian(inner, implied) @ slopes

    def gradient(self, ram: Ram, implied: Implied, slope: Floats, mean_slope: Floats | None) -> Floats:
        """dF/dθ (..., q_g) from dF/dΣ and dF/dμ."""
        inner, slopes = self.expanded(ram, implied)
        return (normal_gradient(inner, implied, slope, mean_slope)[..., None, :] @ slopes)[..., 0, :]

    def slopes(self, ram: Ram, implied: Implied, got: Evaluation, observed: bool) -> tuple[Floats, Floats]:
        """Gradient and unit information of the group's own parameters."""
        inner, slopes = self.expanded(ram, implied)
        if observed:
            gradient, information = curved_slopes(inner, implied, got)
        else:
            gradient = normal_gradient(inner, implied, got.slope, got.mean_slope)
            information = group_information(inner, implied, got)
        information = slopes.mT @ information @ slopes
        if observed:
            information = information + curvature(self.cells, implied, slopes, gradient)
        return (gradient[..., None, :] @ slopes)[..., 0, :], information

    def response_scales(self, ram: Ram, theta: Floats) -> tuple[Floats, Floats]:
        """Variances of the disturbances (..., v), those of composites among them; no scaling factors."""
        residual = np.einsum("...ii->...i", matrices(ram, theta)[1])
        return residual, np.ones_like(residual)
