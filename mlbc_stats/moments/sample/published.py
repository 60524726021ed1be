"""Sample moments from a covariance matrix found in a publication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import symmetrize
from mlbc_stats.moments.sample.moments import SampleMoments, divisor_of

Array = NDArray[Any]


def from_cov(
    cov: Array,
    names: Sequence[str],
    n: int,
    mean: Array | None = None,
    divisor: str = "n-1",
    likelihood: str = "normal",
) -> SampleMoments:
    """Moments of a covariance matrix found in a publication.

    Parameters
    ----------
    cov : array [p, p].
    names : the p variables.
    n : number of cases behind it.
    mean : array [p], optional.
    divisor : "n-1" (what software prints) or "n", of ``cov`` as given.
    likelihood : "normal" rescales to divisor n, as lavaan's ``sample.cov.rescale``; "wishart" to n-1.

    Raises
    ------
    DataError
        shapes that do not fit the names, an asymmetric matrix, missing values, n below 2.

    Examples
    --------
    >>> from_cov([[2.0]], ["a"], n=4).cov.tolist()
    [[1.5]]
    """
    cov, mean = np.asarray(cov, float), None if mean is None else np.asarray(mean, float)
    _check_given(cov, names, n, mean)
    target = divisor_of(likelihood)
    factor = {"n": 1.0, "n-1": (n - 1) / n}
    cov = symmetrize(cov) * (factor[divisor] / factor[target])
    return SampleMoments(tuple(names), cov, mean, n, target, n)


def _check_given(cov: Array, names: Sequence[str], n: int, mean: Array | None) -> None:
    p = len(names)
    if cov.shape != (p, p):
        raise DataError(
            f"covariance matrix is {' x '.join(map(str, cov.shape))}; expected {p} x {p} ({', '.join(names)})"
        )
    if mean is not None and mean.shape != (p,):
        raise DataError(f"{mean.size} means for {p} variables; expected one each ({', '.join(names)})")
    if not np.isfinite(cov).all() or (mean is not None and not np.isfinite(mean).all()):
        raise DataError(
            "the covariance matrix or the means hold missing or infinite values; give every entry"
        )
    scale = np.sqrt(np.abs(np.outer(cov.diagonal(), cov.diagonal()))) + 1e-300
    gap = np.abs(cov - cov.T) / scale
    if gap.max() > 1e-6:
        i, j = np.unravel_index(gap.argmax(), gap.shape)
        raise DataError(
            f"the covariance matrix is not symmetric: [{names[i]}, {names[j]}] is {cov[i, j]}"
            f" but [{names[j]}, {names[i]}] is {cov[j, i]}; fill both triangles alike"
        )
    if n < 2:
        raise DataError(f"the number of cases is {n}; a covariance matrix needs at least 2")
