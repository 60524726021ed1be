"""Correlations of the normal variables behind ordinal answers, as one result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.showing import Shown

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False)
class PolychoricResult(Shown):
    """Correlations of the normal variables behind p ordinal and continuous ones.

    Attributes
    ----------
    names : the p variables.
    ordinal : bool array [p].
    levels : per variable its category codes, ascending; None for continuous ones.
    thresholds : per variable an array of its thresholds (categories - 1 of them); None for continuous ones.
    correlations : array [p, p]: polychoric (tetrachoric), polyserial and Pearson.
    std_errors : array [p, p], zero on the diagonal.
    gamma : array [t + p(p-1)/2] squared or None: the asymptotic covariance of √n times thresholds and means (in the
        order of the variables), then correlations (1,0), (2,0), ..., (2,1), ...
    pair_thresholds : with ``method="ml"`` the thresholds of each pair, by names in the order of ``names``; else None.
    n : cases used.
    n_pairs : int array [p, p], cases with both values.
    method : "two.step" or "ml".
    converged : whether every estimate was found.
    notes : what a reader must know: rows left out, empty cells and what was done, perfect dependence, a matrix that is
        not positive definite.

    Examples
    --------
    >>> from mlbc_stats.moments import polychoric
    >>> result = polychoric({"a": [0, 0, 0, 1, 1, 1, 0, 1], "b": [0, 1, 0, 1, 1, 0, 0, 1]})
    >>> type(result).__name__, round(result.smallest_eigenvalue, 4), result.positive_definite
    ('PolychoricResult', 0.2929, True)
    """

    names: tuple[str, ...]
    ordinal: Array
    levels: tuple[Array | None, ...]
    thresholds: tuple[Array | None, ...]
    correlations: Array
    std_errors: Array
    gamma: Array | None
    pair_thresholds: dict[tuple[str, str], tuple[Array, Array]] | None
    n: int
    n_pairs: Array
    method: str
    converged: bool
    notes: tuple[str, ...]

    @property
    def smallest_eigenvalue(self) -> float:
        """Of the matrix of correlations; NaN when one of them is."""
        if not np.isfinite(self.correlations).all():
            return float("nan")
        return float(np.linalg.eigvalsh(self.correlations)[0])

    @property
    def positive_definite(self) -> bool:
        """Pairwise estimates need not form a possible correlation matrix; maximum likelihood needs one."""
        return self.smallest_eigenvalue > 0
