"""Rows in clusters as a fit sees them: the likelihood at given moments, and the unrestricted maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.two_level.layout import Layout
from mlbc_stats.moments.two_level.likelihood import Likely
from mlbc_stats.moments.two_level.unrestricted import Unrestricted

Array = NDArray[Any]


class Clustered(Protocol):
    """Rows in clusters, complete or not."""

    @property
    def layout(self) -> Layout: ...

    @property
    def n_shown(self) -> int: ...

    @property
    def n_rows(self) -> Array: ...

    @property
    def numbers(self) -> float: ...

    @property
    def cluster_sizes(self) -> Array: ...

    def likely(self, sigma: Array, mu: Array, observed: bool) -> Likely: ...

    def scores(self, sigma: Array, mu: Array) -> Array: ...

    def take(self, keep: Array) -> Clustered: ...

    def reweighted(self, weights: Array) -> Clustered: ...


@dataclass(frozen=True, slots=True, eq=False)
class LevelSample:
    """One group's rows in clusters.

    Attributes
    ----------
    data : what the likelihood depends on.
    unrestricted : where the unrestricted likelihood is largest; None for resamples.
    names : of the clusters, in the order of `data`.
    definite : array [P, P], the unrestricted covariance matrix moved to the nearest that variables can have, where
        it is none; else None.
    rows : array [n, k], the variables with a part within, then those that only clusters have; cluster : int array [n],
        places among the clusters.
    """

    data: Clustered
    unrestricted: Unrestricted | None
    names: tuple[str, ...] = ()
    definite: Array | None = None
    rows: Array | None = None
    cluster: Array | None = None

    @property
    def numbers_per_resample(self) -> int:
        """Numbers that the matrices of one resample hold, at most."""
        k = self.data.n_shown
        return int(len(self.data.cluster_sizes) * k * k * 4)

    def require_unrestricted(self) -> Unrestricted:
        """The unrestricted maximum, which resamples lack."""
        if self.unrestricted is None:
            raise DataError(
                "resamples of clusters have no unrestricted moments; this is a fault of the package"
            )
        return self.unrestricted

    @property
    def value(self) -> Array:
        """−2/N log L of the unrestricted moments without its constant; of resamples zero."""
        if self.unrestricted is None:
            return np.zeros(np.shape(self.data.n_rows))
        return np.asarray(self.unrestricted.value)

    def log_likelihood(self, value: float) -> float:
        """log L from −2/N log L without its constant."""
        return -0.5 * float(self.data.n_rows * value + self.data.numbers * np.log(2 * np.pi))
