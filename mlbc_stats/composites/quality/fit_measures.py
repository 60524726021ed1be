"""Overall fit of the estimated model and of the one in which all constructs are free to correlate."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.quality.implied import distances, implied_constructs, implied_indicators
from mlbc_stats.composites.specification.constructs import Specification

Array = NDArray[Any]

SINGULAR = 1e-10
"""Smallest eigenvalue of implied correlations below which they have no inverse."""


def overall_fit(found: Estimates, model: Specification, n: float) -> dict[str, dict[str, float]]:
    """Distances and indices by model ("estimated", "saturated") and name, of the first sample."""
    m = len(model.names)
    free = found.construct_correlation[:, :m, :m]
    kinds = {"estimated": implied_constructs(found, model), "saturated": free}
    dfs = {
        "estimated": degrees_of_freedom(model),
        "saturated": degrees_of_freedom(model, saturated=True),
    }
    out = {}
    for kind, phi in kinds.items():
        sigma = implied_indicators(found, model, phi)
        measured = {name: float(value[0]) for name, value in distances(found.correlation, sigma).items()}
        out[kind] = measured | _indices(found.correlation[0], sigma[0], measured["d_ml"], dfs[kind], n)
    shared = {"rms_theta": outer_residuals(found), "gof": goodness_of_fit(found, model)}
    return {kind: values | shared for kind, values in out.items()}


def outer_residuals(found: Estimates) -> float:
    """RMS_theta, the root mean square of the covariances of outer residuals x − Λ'η̂, Θ = R − Λ'WR − RW'Λ + Λ'ΦΛ.

    For models of common factors. Lohmöller (1989), doi:10.1007/978-3-642-52512-4.
    """
    m = found.weights.shape[1]
    r, w, loadings = found.correlation[0], found.weights[0], found.loadings[0]
    cross = loadings.T @ w @ r
    theta = r - cross - cross.T + loadings.T @ found.construct_correlation[0, :m, :m] @ loadings
    return float(np.sqrt(np.mean(theta[np.tril_indices(len(r), -1)] ** 2)))


def goodness_of_fit(found: Estimates, model: Specification) -> float:
    """GoF, √(mean communality × mean R²), single indicators left out. It is no measure of fit; kept for comparison.

    Tenenhaus, Vinzi, Chatelin & Lauro (2005), doi:10.1016/j.csda.2004.03.005; Henseler & Sarstedt (2013),
    doi:10.1007/s00180-012-0317-1.
    """
    several = np.array([len(block) > 1 for block in model.blocks])
    squares = found.loadings[0][model.member & several[:, None]] ** 2
    r2 = found.r2[0][np.isfinite(found.r2[0])]
    return float(np.sqrt(squares.mean() * r2.mean())) if len(squares) and len(r2) else float("nan")


def degrees_of_freedom(model: Specification, saturated: bool = False) -> int:
    """Correlations below the diagonal less what is estimated.

    Estimated are the correlations of exogenous constructs, the paths, the loadings of factors, error covariances, the
    weights of composites up to their scale, and all correlations within composites.
    """
    p, m = len(model.indicators), len(model.names)
    outside = int((~model.adjacency[:m, :m].any(axis=1)).sum())
    used = outside * (outside - 1) // 2 + int(model.adjacency[:m, :m].sum())
    if saturated:
        used = m * (m - 1) // 2
    for construct in model.constructs:
        k = len(construct.indicators)
        if k > 1 and construct.kind == "factor":
            used += k
        elif k > 1:
            used += k - 1 + k * (k - 1) // 2
    pairs = sum(one in model.indicators and one != other for one, other in model.error_pairs)
    return p * (p - 1) // 2 - used - pairs


def _indices(r: Array, sigma: Array, discrepancy: float, df: int, n: float) -> dict[str, float]:
    """χ² is (n − 1) times the discrepancy; descriptive, since the estimates do not minimize it."""
    p = len(r)
    chi_square, null = (n - 1) * discrepancy, p * (p - 1) // 2
    baseline = -(n - 1) * float(np.linalg.slogdet(r)[1])
    excess = max(chi_square - df, 0.0)
    most = max(baseline - null, excess)
    ratio = chi_square / df if df > 0 else np.nan
    values = {
        "chi_square": chi_square,
        "df": float(df),
        "cfi": 1 - excess / most if most > 0 else 1.0,
        "nfi": (baseline - chi_square) / baseline,
        "nnfi": min((baseline / null - ratio) / (baseline / null - 1), 1.0),
        "ifi": (baseline - chi_square) / (baseline - df),
        "gfi": _goodness(r, sigma),
        "cn": chi2.ppf(0.95, df) / discrepancy + 1 if df > 0 and discrepancy > 0 else np.nan,
        "rmsea": float(np.sqrt(excess / (df * (n - 1)))) if df > 0 else np.nan,
    }
    return {name: float(value) for name, value in values.items()}


def _goodness(r: Array, sigma: Array) -> float:
    """1 − tr((Σ⁻¹R − I)²)/tr((Σ⁻¹R)²), Jöreskog and Sörbom's index."""
    if not np.isfinite(sigma).all() or np.linalg.eigvalsh(sigma)[0] <= SINGULAR:
        return float("nan")
    ratio = np.linalg.solve(sigma, r)
    gap = ratio - np.eye(len(r))
    return float(1 - np.trace(gap @ gap) / np.trace(ratio @ ratio))
