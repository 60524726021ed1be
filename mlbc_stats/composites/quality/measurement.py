"""Reliability and convergence of every construct: α, ρ_A, ρ_C, AVE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.consistency import error_cells, factor_scale
from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.loading_shares import average_variance_extracted, composite_reliability

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Reliabilities:
    """Of m constructs in B samples, each (B, m).

    Attributes
    ----------
    alpha : of the standardized indicators. rho_a : Dijkstra and Henseler's, one for mode B and single indicators.
    rho_c : composite reliability. ave : average variance extracted. Both from the loadings shown.
    """

    alpha: Array
    rho_a: Array
    rho_c: Array
    ave: Array


def reliabilities(found: Estimates, model: Specification) -> Reliabilities:
    """α, ρ_A, ρ_C and AVE; one for a single indicator.

    References
    ----------
    Dijkstra & Henseler (2015), doi:10.25300/MISQ/2015/39.2.02; Fornell & Larcker (1981),
    doi:10.1177/002224378101800104. In R: ``cSEM::assess``, ``summary(seminr_model)$reliability``.
    """
    columns = [_of_block(found, model, j) for j in range(len(model.constructs))]
    alpha, rho_a, rho_c, ave = (np.stack(values, axis=-1) for values in zip(*columns, strict=True))
    return Reliabilities(alpha, rho_a, rho_c, ave)


def _of_block(found: Estimates, model: Specification, j: int) -> tuple[Array, Array, Array, Array]:
    own = np.array(model.blocks[j])
    r, w, loadings = (
        found.correlation[:, own[:, None], own],
        found.weights[:, j, own],
        found.loadings[:, j, own],
    )
    one = np.where(np.isfinite(w).all(axis=-1), 1.0, np.nan)
    if len(own) == 1:
        return one, one, one, one
    rho_a = one
    if model.constructs[j].mode != "modeB":
        rho_a = factor_scale(r, w, w, error_cells(model, j))[1]
    with np.errstate(invalid="ignore"):
        return (
            standardized_alpha(r),
            rho_a,
            np.asarray(composite_reliability(loadings)),
            average_variance_extracted(loadings),
        )


def standardized_alpha(r: Array) -> Array:
    """Cronbach's α (...) of standardized items from their correlations (..., k, k), k r̄/(1 + (k − 1) r̄).

    Examples
    --------
    >>> round(float(standardized_alpha(np.array([[1.0, 0.5], [0.5, 1.0]]))), 4)
    0.6667
    """
    k = r.shape[-1]
    total = r.sum(axis=(-2, -1))
    return k / (k - 1) * (1 - k / np.where(total > 0, total, np.nan))
