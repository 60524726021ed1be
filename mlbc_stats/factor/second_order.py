"""Schmid-Leiman: a general factor above correlated ones, as uncorrelated general and group factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.factor.extraction.extract import extract
from mlbc_stats.showing import Shown

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SchmidLeiman(Shown):
    """A transformed solution.

    Attributes
    ----------
    loadings : (p, 1 + m), the general factor first. second_order : (m,) loadings of the factors on the general one.
    note : what a reader must know ("" if nothing).

    Examples
    --------
    >>> from mlbc_stats import factor
    >>> found = factor.schmid_leiman(np.kron(np.eye(3), [[0.7], [0.6]]), np.full((3, 3), 0.5) + np.eye(3) / 2)
    >>> type(found).__name__
    'SchmidLeiman'
    """

    loadings: Array
    second_order: Array
    note: str


def schmid_leiman(loadings: Any, phi: Any) -> SchmidLeiman:
    """General loadings Λγ and group loadings Λ√(1 − γ²), γ from one minres factor of the factors' correlations Φ.

    Parameters
    ----------
    loadings : (p, m) pattern of correlated factors; phi : (m, m). Two factors are given equal γ = √φ.

    Raises
    ------
    DataError
        fewer than two factors, or two factors that correlate negatively.

    References
    ----------
    Schmid & Leiman (1957), doi:10.1007/BF02289209. In R: ``psych::schmid(R, 3)``, ``psych::omega``.

    Examples
    --------
    >>> pattern = np.kron(np.eye(3), [[0.8], [0.6]])
    >>> found = schmid_leiman(pattern, np.full((3, 3), 0.25) + 0.75 * np.eye(3))
    >>> found.loadings[:2].round(4).tolist()
    [[0.4, 0.6928, 0.0, 0.0], [0.3, 0.5196, 0.0, 0.0]]
    """
    table, between = np.asarray(loadings, dtype=float), np.asarray(phi, dtype=float)
    m = table.shape[1]
    if m < 2 or between.shape != (m, m):
        raise DataError(
            f"{m} factors with correlations of shape {between.shape}: a general factor needs two or more"
        )
    note = ""
    if m == 2:
        if between[0, 1] <= 0:
            raise DataError(
                f"the two factors correlate {between[0, 1]:.3g}: no general factor stands above them"
            )
        gamma = np.full(2, np.sqrt(between[0, 1]))
        note = "two factors do not identify their loadings on a general one; they are taken as equal"
    else:
        found = extract(between[None], 1, "minres")
        gamma = found.loadings[0, :, 0]
        if found.bounded.any():
            note = "a factor is hardly distinct from the general one (its uniqueness is at the bound)"
    groups = table * np.sqrt(np.maximum(1 - gamma**2, 0.0))
    return SchmidLeiman(np.column_stack([table @ gamma, groups]), gamma, note)
