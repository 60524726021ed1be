"""Complete rows in clusters whose coefficients differ, with their likelihood given the covariates within."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.two_level.designs import Designs
from mlbc_stats.moments.two_level.layout import Layout
from mlbc_stats.moments.two_level.likelihood import Likely
from mlbc_stats.moments.two_level.slope_likelihood import slope_likely, slope_scores

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class VaryingClusters:
    """Clusters without missing values; `designs` is all that the likelihood depends on.

    Attributes
    ----------
    layout : the variables of both levels, covariates among them; the moments that `likely` takes are those of
        coefficients, laid out by ``designs.layout``.
    """

    designs: Designs
    layout: Layout

    @property
    def n_shown(self) -> int:
        """Numbers that a cluster shows."""
        return self.designs.layout.n_shown

    @property
    def n_rows(self) -> Array:
        """Rows [...] of all clusters."""
        return np.asarray(self.designs.n_rows)

    @property
    def numbers(self) -> float:
        """Numbers that were observed and are not covariates within, over all rows and clusters."""
        return self.designs.numbers

    @property
    def cluster_sizes(self) -> Array:
        """Rows [J] of every cluster."""
        return self.designs.sizes

    def likely(self, sigma: Array, mu: Array, observed: bool) -> Likely:
        """−2 log L per row at moments of coefficients."""
        return slope_likely(self.designs, sigma, mu, observed)

    def scores(self, sigma: Array, mu: Array) -> Array:
        """Derivatives of every cluster's log L by (μ, vech Σ) of coefficients, [J, m]."""
        return slope_scores(self.designs, sigma, mu)

    def take(self, keep: Array) -> VaryingClusters:
        """The same for some elements of the batch axis."""
        return replace(self, designs=self.designs.take(keep))

    def reweighted(self, weights: Array) -> VaryingClusters:
        """The same clusters under weights [B, J]."""
        return replace(self, designs=self.designs.reweighted(weights))
