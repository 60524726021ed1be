"""The covariance of correlations of normal variables."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from mlbc_stats.factor.correlation.product_moment import below

Array = NDArray[Any]


def normal_gamma(r: Array) -> Array:
    """Γ (k, k) of √n times the correlations below the diagonal, column by column, of normal variables.

    γ_ij,kl = ½ r_ij r_kl(r²_ik + r²_il + r²_jk + r²_jl) + r_ik r_jl + r_il r_jk − r_ij(r_ik r_il + r_jk r_jl)
    − r_kl(r_ik r_jk + r_il r_jl).

    References
    ----------
    Pearson & Filon (1898), doi:10.1098/rsta.1898.0007; Steiger (1980), doi:10.1037/0033-2909.87.2.245.

    Examples
    --------
    >>> import numpy as np
    >>> normal_gamma(np.array([[1.0, 0.5], [0.5, 1.0]])).tolist()
    [[0.5625]]
    """
    i, j = below(len(r))
    ik, il = r[i][:, i], r[i][:, j]
    jk, jl = r[j][:, i], r[j][:, j]
    own = r[i, j]
    squares = ik**2 + il**2 + jk**2 + jl**2
    crossed = own[:, None] * (ik * il + jk * jl) + own * (ik * jk + il * jl)
    return own[:, None] * own * squares / 2 + ik * jl + il * jk - crossed
