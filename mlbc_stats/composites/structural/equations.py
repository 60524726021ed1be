"""Path coefficients and R² of every structural equation, by least squares in one or two stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.weighting.inner import regress
from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]


def solve_paths(
    cov: Array, model: Specification, instruments: Mapping[str, Sequence[str]] | None = None
) -> tuple[Array, Array]:
    """Path coefficients (B, t, t), row from column, and R² (B, t), NaN for exogenous terms.

    Parameters
    ----------
    cov : (B, t, t) covariances of constructs and products.
    instruments : per endogenous construct the names whose covariances identify its equation by two-stage least squares;
        the others are least squares.

    References
    ----------
    Dijkstra & Henseler (2015), doi:10.1016/j.csda.2014.07.008. In R: ``cSEM::csem(.approach_paths = "2SLS",
    .instruments = )``.
    """
    terms, given = model.terms, dict(instruments or {})
    check_instruments(model, given)
    paths, r2 = np.zeros(cov.shape), np.full(cov.shape[:-1], np.nan)
    for target in np.flatnonzero(model.adjacency.any(axis=1)):
        sources = np.flatnonzero(model.adjacency[target])
        used = given.get(terms[target])
        if used is None:
            found = regress(cov, int(target), sources)
        else:
            places = np.array([terms.index(name) for name in used])
            found = _two_stages(cov, int(target), sources, places)
        paths[:, target, sources] = found
        explained = np.einsum("bi,bij,bj->b", found, cov[:, sources[:, None], sources], found)
        r2[:, target] = explained / cov[:, target, target] if used is None else np.nan
    return paths, r2


def _two_stages(cov: Array, target: int, sources: Array, instruments: Array) -> Array:
    """(X'P_Z X)⁻¹X'P_Z y from covariances, P_Z the projection on the instruments."""
    middle, _, ok = spd_inverse_logdet(cov[:, instruments[:, None], instruments])
    link = cov[:, sources[:, None], instruments]
    projected = link @ middle
    inverse, _, fine = spd_inverse_logdet(projected @ link.mT)
    right = np.einsum("bsi,bi->bs", projected, cov[:, target, instruments])
    found = np.einsum("bst,bt->bs", inverse, right)
    return np.where((np.asarray(ok) & np.asarray(fine))[:, None], found, np.nan)


def check_instruments(model: Specification, given: Mapping[str, Sequence[str]]) -> None:
    """Refuse instruments of no equation, unknown names and too few of them.

    Raises
    ------
    ModelError
    """
    for target, names in given.items():
        if target not in model.endogenous:
            raise ModelError(f"instruments are given for {target}, which no path leads to")
        strange = [name for name in names if name not in model.terms]
        if strange:
            raise ModelError(f"instrument {strange[0]} of {target} is no construct of the model")
        need = len(model.predictors(target))
        if len(names) < need:
            raise ModelError(
                f"{target} has {need} predictors but {len(names)} instruments; two-stage least squares needs at least "
                "as many (exogenous predictors count as their own)"
            )
