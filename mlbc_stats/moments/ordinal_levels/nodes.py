"""Nodes of integrals over the normal effects of clusters: equal steps fine enough, or Gauss–Hermite."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError

Array = NDArray[Any]

REACH = 6.5
"""Nodes end here, in standard deviations between clusters: what lies beyond weighs less than 1e-9."""

STEP = 1.0
"""Step in standard deviations of the narrowest peak; the error is about 2 exp(−2π²/STEP²), 5e-9."""

MOST = 601
"""Nodes of one dimension at most; clusters with some thousands of rows would ask for more."""


def line(most: float, variance: float, count: int | None = None) -> tuple[Array, Array]:
    """Nodes z [K] and log weights [K] of ∫ φ(z) f(z) dz, f the likelihood of at most `most` answers at √variance z.

    Formula: a row tells about the effect of its cluster at most what y* itself would, 1/1, so that no peak over z is
    narrower than (1 + most × variance)^(−½). For smooth functions that fade, sums over equal steps converge faster than
    any power of the step.

    Parameters
    ----------
    count : of Gauss–Hermite nodes at fixed places, as lavaan has them, whatever the clusters' size; None for as many
        nodes as it takes.

    Raises
    ------
    DataError
        where clusters are too large.

    References
    ----------
    Trefethen & Weideman (2014), The exponentially convergent trapezoidal rule, doi:10.1137/130932132.

    Examples
    --------
    >>> z, weight = line(10, 0.5)
    >>> len(z), float((np.exp(weight) * z**2).sum().round(7))
    (33, 1.0)
    """
    if count is not None:
        z, weight = np.polynomial.hermite_e.hermegauss(count)
        return z, np.log(weight / weight.sum())
    half = int(np.ceil(REACH / STEP * np.sqrt(1 + most * variance)))
    if 2 * half + 1 > MOST:
        raise DataError(
            f"clusters of up to {most:.0f} rows ask for {2 * half + 1} nodes of an integral, {MOST} are served; draw "
            "some rows of each large cluster, or analyse the codes as continuous"
        )
    z = np.linspace(-REACH, REACH, 2 * half + 1)
    return z, -0.5 * z**2 - 0.5 * np.log(2 * np.pi) + np.log(z[1] - z[0])


def plane(
    first: tuple[Array, Array], second: tuple[Array, Array], reach: float = np.inf
) -> tuple[Array, Array, Array]:
    """Nodes z₁, z₂ [K] of two dimensions and their log weights, those farther out than `reach` left away.

    Examples
    --------
    >>> one = line(0, 1.0, 3)
    >>> z1, z2, weight = plane(one, one)
    >>> float((np.exp(weight) * z1**2 * z2**2).sum().round(12))
    1.0
    """
    z1, z2 = (part.ravel() for part in np.meshgrid(first[0], second[0], indexing="ij"))
    weight = (first[1][:, None] + second[1]).ravel()
    near = z1**2 + z2**2 <= reach**2
    return z1[near], z2[near], weight[near]
