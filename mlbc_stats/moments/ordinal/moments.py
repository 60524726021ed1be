"""Moments of ordinal and mixed data as one stacked vector, and the parts that it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class OrdinalMoments:
    """Moments s of p variables given k covariates; leading axis B with resampling weights.

    The m moments, in order:

    1. for each variable its thresholds (categories - 1 of them) or, continuous, its mean; with covariates these are
       the values at x = 0;
    2. with covariates the slopes, for each covariate those of all variables: probit slopes of ordinal variables
       (y* = xβ + e, unit variance of e), regression slopes of continuous ones;
    3. variances (given the covariates) of the continuous variables, divisor n;
    4. for the pairs (1,0), (2,0), ..., (2,1), ... the polychoric correlation of two ordinal variables, the covariance
       otherwise (y* of an ordinal variable has unit variance).

    Attributes
    ----------
    names : the p variables.
    ordinal : bool array [p].
    covariates : names of the k covariates.
    levels : per variable its category codes, ascending; None for continuous ones.
    threshold_variable : int array, the variable of every entry of the first block.
    moments : array [..., m].
    gamma : array [..., m, m] or None, the asymptotic covariance of √n s.
    gamma_diagonal : array [..., m] or None.
    correlation : array [..., p, p], polychoric, polyserial and Pearson correlations (of the residuals given x).
    n : cases, or array [B] of sums of weights.
    ok : bool array [...], every category present and every piece converged.
    notes : what a reader must know: empty cells and what was done, perfect dependence.
    n_within : of two levels how many of the variables are items within clusters; the others are their parts between,
        whose variances (in units of those within) come third and which have no means; no pair crosses the levels. Else
        0.
    """

    names: tuple[str, ...]
    ordinal: Array
    covariates: tuple[str, ...]
    levels: tuple[Array | None, ...]
    threshold_variable: Array
    moments: Array
    gamma: Array | None
    gamma_diagonal: Array | None
    correlation: Array
    n: Any
    ok: Array
    notes: tuple[str, ...]
    n_within: int = 0

    @property
    def pairs(self) -> tuple[Array, Array]:
        """Places (row, column) of the pairs in their order."""
        return level_pairs(len(self.names), self.n_within)


def level_pairs(p: int, n_within: int) -> tuple[Array, Array]:
    """Places (row, column) of the strict lower triangle of p variables, column by column, none across two levels.

    Examples
    --------
    >>> [part.tolist() for part in level_pairs(4, 2)]
    [[1, 3], [0, 2]]
    """
    columns, rows = np.triu_indices(p, 1)
    same = (columns < n_within) == (rows < n_within)
    return rows[same], columns[same]


def cut_points(found: OrdinalMoments) -> Array:
    """Thresholds (..., t) of the ordinal variables, variable by variable."""
    return found.moments[..., : len(found.threshold_variable)][..., _is_cut(found)]


def cut_names(found: OrdinalMoments) -> list[str]:
    """Names such as x1|t1 of `cut_points`."""
    return [
        f"{found.names[v]}|t{k}"
        for v, levels in enumerate(found.levels)
        if levels is not None
        for k in range(1, len(levels))
    ]


def moment_names(found: OrdinalMoments) -> list[str]:
    """Names of all moments in their order: x1|t1, x2~1, x1~z, x2~~x2, x1~~x2."""
    names = found.names
    cuts = iter(cut_names(found))
    first = [next(cuts) if found.ordinal[v] else f"{names[v]}~1" for v in found.threshold_variable]
    paths = [f"{name}~{covariate}" for covariate in found.covariates for name in names]
    spread = [f"{name}~~{name}" for name, ordinal in zip(names, found.ordinal, strict=True) if not ordinal]
    pairs = [f"{names[j]}~~{names[i]}" for i, j in zip(*found.pairs, strict=True)]
    return first + paths + spread + pairs


def intercepts(found: OrdinalMoments) -> Array:
    """Means of the variables (..., p), at zero of the covariates; zero for y* of ordinal variables."""
    out = np.zeros((*found.moments.shape[:-1], len(found.names)))
    mean = np.flatnonzero(~_is_cut(found))
    out[..., found.threshold_variable[mean]] = found.moments[..., mean]
    return out


def slopes(found: OrdinalMoments) -> Array:
    """Slopes (..., p, k) of the variables on the covariates."""
    p, k = len(found.names), len(found.covariates)
    start = len(found.threshold_variable)
    block = found.moments[..., start : start + k * p]
    return block.reshape(*block.shape[:-1], k, p).swapaxes(-1, -2)


def residual_covariance(found: OrdinalMoments) -> Array:
    """Covariances (..., p, p) given the covariates; y* of ordinal variables has variance 1."""
    p, k = len(found.names), len(found.covariates)
    start = len(found.threshold_variable) + k * p
    continuous = np.flatnonzero(~found.ordinal)
    out = np.zeros((*found.moments.shape[:-1], p, p))
    rows, columns = found.pairs
    below = found.moments[..., start + len(continuous) :]
    out[..., rows, columns] = out[..., columns, rows] = below
    np.einsum("...ii->...i", out)[...] = 1.0
    out[..., continuous, continuous] = found.moments[..., start : start + len(continuous)]
    return out


def _is_cut(found: OrdinalMoments) -> NDArray[np.bool_]:
    return np.asarray(found.ordinal[found.threshold_variable])
