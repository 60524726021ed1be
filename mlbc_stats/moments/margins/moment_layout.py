"""Which ordinal moment stands where: thresholds and means, slopes, variances, then the pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of m moments of p variables given k covariates.

    Attributes
    ----------
    categories : int array [p], 0 for continuous variables.
    covariates : k.
    sizes : int array [p], first-step parameters of each variable: thresholds or intercept, k slopes, variance.
    offsets : int array [p], where they start when put one after the other.
    threshold_variable : int array [t], variable of every threshold and mean.
    order : int array [t + kp + c], places of the first-step parameters in the order of the moments.
    i, j : int arrays [p(p-1)/2], pairs of the strict lower triangle column by column, i > j.
    """

    categories: Array
    covariates: int
    sizes: Array
    offsets: Array
    threshold_variable: Array
    order: Array
    i: Array
    j: Array

    @property
    def ordinal(self) -> Array:
        """Which variables are ordinal, bool array [p]."""
        return self.categories > 0

    @property
    def first(self) -> int:
        """Number of moments before the pairs."""
        return len(self.order)


def make_layout(categories: Array, covariates: int) -> Layout:
    """Layout of variables with the given numbers of categories.

    Examples
    --------
    >>> layout = make_layout(np.array([3, 0]), 1)
    >>> layout.threshold_variable.tolist(), layout.order.tolist(), layout.i.tolist()
    ([0, 0, 1], [0, 1, 3, 2, 4, 5], [1])
    """
    ordinal = categories > 0
    cuts = np.where(ordinal, categories - 1, 1)
    sizes = cuts + covariates + ~ordinal
    offsets = np.cumsum(sizes) - sizes
    p = len(categories)
    threshold_variable = np.repeat(np.arange(p), cuts)
    own = [np.arange(count) + start for count, start in zip(cuts, offsets, strict=True)]
    slopes = [offsets + cuts + covariate for covariate in range(covariates)]
    order = np.concatenate([*own, *slopes, (offsets + sizes - 1)[~ordinal]])
    columns, rows = np.triu_indices(p, 1)
    return Layout(categories, covariates, sizes, offsets, threshold_variable, order, rows, columns)


def to_original_units(layout: Layout, centre: Array, scale: Array) -> Array:
    """Matrix that takes first-step parameters for standardized covariates to the moments in their own units.

    Parameters
    ----------
    centre, scale : arrays [k]; the covariates used were (z - centre) / scale.

    Returns
    -------
    transform : array [first moments, first-step parameters]. Slopes are divided by the scale; thresholds move by
        plus, intercepts by minus slope times centre (their values at z = 0).

    Examples
    --------
    >>> to_original_units(make_layout(np.array([2]), 1), np.array([3.0]), np.array([2.0])).tolist()
    [[1.0, 1.5], [0.0, 0.5]]
    """
    transform = np.eye(int(layout.sizes.sum()))
    for v, (start, categories) in enumerate(zip(layout.offsets, layout.categories, strict=True)):
        cuts = categories - 1 if categories else 1
        slopes = start + cuts + np.arange(layout.covariates)
        shift = (1.0 if layout.ordinal[v] else -1.0) * centre / scale
        transform[np.ix_(start + np.arange(cuts), slopes)] = shift
        transform[slopes, slopes] = 1.0 / scale
    return transform[layout.order]
