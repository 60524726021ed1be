"""Complete rows in clusters, with their likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from mlbc_stats.moments.two_level.clusters import Clusters
from mlbc_stats.moments.two_level.layout import Layout
from mlbc_stats.moments.two_level.likelihood import Likely, cluster_scores, likely

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class CompleteClusters:
    """Clusters without missing values; `sums` is all that the likelihood depends on."""

    sums: Clusters

    @property
    def layout(self) -> Layout:
        """The variables of both levels."""
        return self.sums.layout

    @property
    def n_shown(self) -> int:
        """Numbers that a cluster shows."""
        return self.layout.n_shown

    @property
    def n_rows(self) -> Array:
        """Rows [...] of all clusters."""
        return self.sums.n_rows

    @property
    def numbers(self) -> float:
        """Numbers that were observed, over all rows and clusters."""
        return self.sums.numbers

    @property
    def cluster_sizes(self) -> Array:
        """Rows [J] of every cluster."""
        return self.sums.cluster_sizes

    def likely(self, sigma: Array, mu: Array, observed: bool) -> Likely:
        """−2 log L per row at moments of both levels."""
        return likely(self.sums, sigma, mu, observed)

    def scores(self, sigma: Array, mu: Array) -> Array:
        """Derivatives of every cluster's log L by (μ, vech Σ), [J, m]."""
        return cluster_scores(self.sums, sigma, mu)

    def take(self, keep: Array) -> CompleteClusters:
        """The same for some elements of the batch axis."""
        return CompleteClusters(self.sums.take(keep))

    def reweighted(self, weights: Array) -> CompleteClusters:
        """The same clusters under weights [B, J]."""
        return CompleteClusters(self.sums.reweighted(weights))
