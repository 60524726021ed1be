"""Sample moments: the means and covariances of one group and what is behind them; the rows of every group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.incomplete.patterns import Patterns
from mlbc_stats.moments.ordinal.moments import OrdinalMoments
from mlbc_stats.moments.two_level.sample import LevelSample

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class SampleMoments:
    """Sufficient statistics of one group (n cases used, p variables).

    Attributes
    ----------
    names : the p variables, in the order of every array here.
    cov : array [..., p, p], covariance matrix with the divisor below; with missing data the EM estimate.
    mean : array [..., p], or None when a covariance matrix came without means.
    n : cases used (with resampling weights an array [...] of their sums).
    divisor : "n" or "n-1", of ``cov``.
    n_original : rows of the input before any was dropped.
    raw : array [n, p] of the rows kept, NaN where missing; None when only moments were given.
    weights : array [n], sampling weights (over all groups they sum to the cases); None without.
    rows : int array [n], 0-based input row of every row kept.
    patterns : missing-data patterns; None with complete data.
    cluster : int array [n], codes of the clusters; None without clusters.
    ordinal : thresholds, correlations and their sampling covariance where variables are ordinal; ``cov`` and ``mean``
        then are those of the responses y* behind the categories, with unit variance given the covariates.
    gamma : array [p + p(p+1)/2, same], the asymptotic covariance of √n (mean, vech cov) where it is not that of rows,
        as with estimated moments of latent variables; None else.
    provisional : the same with regular moments to start from, where the likelihood of incomplete data has no maximum
        over all means and covariances. ``cov`` and ``mean`` then hold those of complete variables, NaN else.
    weight : array [m, m], a weight of least squares that the user gave over the moments; None else.
    levels : rows in clusters, of a two-level model; None else. ``names``, ``cov`` and ``mean`` then hold the variables
        within and those between, nothing across, with the unrestricted estimates of both.
    """

    names: tuple[str, ...]
    cov: Array
    mean: Array | None
    n: Any
    divisor: str
    n_original: int
    raw: Array | None = None
    weights: Array | None = None
    rows: Array | None = None
    patterns: Patterns | None = None
    cluster: Array | None = None
    ordinal: OrdinalMoments | None = None
    gamma: Array | None = None
    provisional: SampleMoments | None = None
    weight: Array | None = None
    levels: LevelSample | None = None

    @property
    def start(self) -> SampleMoments:
        """Finite moments to start a search from: these, the provisional ones, or those of two levels made definite."""
        found = self if self.provisional is None else self.provisional
        definite = None if found.levels is None else found.levels.definite
        return found if definite is None else replace(found, cov=definite)

    @property
    def dropped(self) -> int:
        """Rows of the input that were not used."""
        return 0 if self.rows is None else self.n_original - len(self.rows)

    @property
    def cluster_sizes(self) -> Array | None:
        """Rows of each cluster [J] of a two-level model; None for one level."""
        if self.levels is not None:
            return self.levels.data.cluster_sizes
        if self.ordinal is None or not self.ordinal.n_within or self.cluster is None:
            return None
        return np.asarray(np.unique(self.cluster, return_counts=True)[1])

    @property
    def total_weight(self) -> Any:
        """Sum of the sampling weights, or the number of cases; the groups' shares of a likelihood."""
        return self.n if self.weights is None else self.weights.sum()


def divisor_of(likelihood: str) -> str:
    """Divisor of the covariance matrix under a likelihood: "n" (normal) or "n-1" (wishart).

    Examples
    --------
    >>> divisor_of("wishart")
    'n-1'
    """
    try:
        return {"normal": "n", "wishart": "n-1"}[likelihood]
    except KeyError:
        raise DataError(f"likelihood {likelihood!r} is unknown; use 'normal' or 'wishart'") from None


def split_groups(codes: Array, labels: Sequence[str]) -> tuple[Array, ...]:
    """Row numbers of every group, in the order of ``labels``; rows with code -1 belong to none.

    Raises
    ------
    DataError
        when a group has no rows.

    Examples
    --------
    >>> [rows.tolist() for rows in split_groups(np.array([0, 1, -1, 0]), ["a", "b"])]
    [[0, 3], [1]]
    """
    groups = tuple(np.flatnonzero(codes == code) for code in range(len(labels)))
    empty = [label for label, rows in zip(labels, groups, strict=True) if not len(rows)]
    if empty:
        raise DataError(f"no rows in group {', '.join(empty)}; drop the label or the group")
    return groups
