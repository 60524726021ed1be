"""Incomplete rows in clusters, with their likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.two_level.cells import Cells
from mlbc_stats.moments.two_level.incomplete_likelihood import incomplete_likely, incomplete_scores
from mlbc_stats.moments.two_level.layout import Layout
from mlbc_stats.moments.two_level.likelihood import Likely

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class IncompleteClusters:
    """Clusters with missing values; `cells` is all that the likelihood depends on."""

    cells: Cells

    @property
    def layout(self) -> Layout:
        """The variables of both levels."""
        return self.cells.layout

    @property
    def n_shown(self) -> int:
        """Numbers that a cluster shows."""
        return self.layout.n_shown

    @property
    def n_rows(self) -> Array:
        """Rows [...] of all clusters."""
        return self.cells.n_rows

    @property
    def numbers(self) -> float:
        """Numbers that were observed, over all rows and clusters."""
        return self.cells.numbers

    @property
    def cluster_sizes(self) -> Array:
        """Rows [J] of every cluster."""
        return np.asarray(self.cells.cluster_sizes)

    def likely(self, sigma: Array, mu: Array, observed: bool) -> Likely:
        """−2 log L per row at moments of both levels."""
        return incomplete_likely(self.cells, sigma, mu, observed)

    def scores(self, sigma: Array, mu: Array) -> Array:
        """Derivatives of every cluster's log L by (μ, vech Σ), [J, m]."""
        return incomplete_scores(self.cells, sigma, mu)

    def take(self, keep: Array) -> IncompleteClusters:
        """The same for some elements of the batch axis."""
        return IncompleteClusters(self.cells.take(keep))

    def reweighted(self, weights: Array) -> IncompleteClusters:
        """The same clusters under weights [B, J]."""
        return IncompleteClusters(self.cells.reweighted(weights))
