"""Eigenvalues of a batch of correlation matrices: of components, and of factors with communalities in the diagonal."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import NotServedError
from mlbc_stats.factor.extraction.extract import extract
from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]

COMMUNALITIES = ("smc", "one_factor")


def components(r: Array) -> Array:
    """(B, p) falling eigenvalues of R (B, p, p).

    Examples
    --------
    >>> components(np.array([[[1, 0.5], [0.5, 1]]])).round(6).tolist()
    [[1.5, 0.5]]
    """
    return np.asarray(np.linalg.eigvalsh(r)[:, ::-1])


def factors(r: Array, communality: str = "smc") -> Array:
    """(B, p) falling eigenvalues of R with communalities in its diagonal.

    Parameters
    ----------
    communality : "smc", the squared multiple correlation of each item with the others; or "one_factor", those of one
        minres factor (what ``psych::fa.parallel`` takes). Where R has no inverse, the closest item's r².

    Examples
    --------
    >>> factors(np.array([[[1, 0.5], [0.5, 1]]])).round(6).tolist()
    [[0.75, -0.25]]
    """
    if communality not in COMMUNALITIES:
        raise NotServedError(
            f"communality={communality!r} is not served; use one of {', '.join(COMMUNALITIES)}"
        )
    if communality == "smc":
        inverse, _, ok = spd_inverse_logdet(r)
        closest = (np.abs(r - np.eye(r.shape[-1])).max(axis=2)) ** 2
        own = np.where(np.asarray(ok)[:, None], 1 - 1 / np.einsum("bii->bi", inverse), closest)
    else:
        own = 1 - extract(r, 1, "minres").uniqueness
    reduced = r.copy()
    place = np.arange(r.shape[-1])
    reduced[:, place, place] = own
    return components(reduced)


def leading(observed: Array, reference: Array) -> int:
    """How many eigenvalues stand above their reference before the first that does not.

    Examples
    --------
    >>> leading(np.array([3.0, 0.5, 1.0]), np.array([1.2, 1.1, 0.9]))
    1
    """
    above = observed > reference
    return int(above.argmin()) if not above.all() else len(above)
