"""Fit of the whole model by the first and second margins of the answers: M₂, M₂* and C₂."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mlbc_stats.errors import DataError, ModelError, NotServedError
from mlbc_stats.irt.fit_tests.item_fit import node_probabilities
from mlbc_stats.irt.fit_tests.margins import Margins, expected_margins, observed_margins
from mlbc_stats.irt.result import IrtResult
from mlbc_stats.rmsea import rmsea, rmsea_bound
from mlbc_stats.showing import Shown

Array = NDArray[Any]
KINDS = ("auto", "M2*", "C2")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class IrtFit(Shown):
    """Fit by limited information.

    Attributes
    ----------
    kind : "M2*" (mean scores and products; M₂ of dichotomous items) or "C2" (shares of categories and products).
    chi_square, df, pvalue : the test. rmsea, rmsea_lower, rmsea_upper : with a 90 % interval.
    srmsr : root mean square of the residual correlations. tli, cfi : against independent items. n : complete cases.

    Examples
    --------
    >>> from mlbc_stats.irt import IrtFit
    >>> IrtFit("C2", 3.0, 2, 0.22, 0.05, 0.0, 0.14, 0.03, 0.97, 0.99, 200).df
    2
    """

    kind: str
    chi_square: float
    df: int
    pvalue: float
    rmsea: float
    rmsea_lower: float
    rmsea_upper: float
    srmsr: float
    tli: float
    cfi: float
    n: int


def model_fit(result: IrtResult, kind: str = "auto") -> IrtFit:
    """Test of the model by its margins, n e'[Ξ⁻¹ − Ξ⁻¹Δ(Δ'Ξ⁻¹Δ)⁻¹Δ'Ξ⁻¹]e with residuals e of the margins.

    Parameters
    ----------
    result : a fitted model; only complete cases enter.
    kind : "M2*", "C2", or "auto": M2* where it has degrees of freedom, else C2.

    Raises
    ------
    DataError
        no degrees of freedom, or no complete case.
    ModelError
        estimates that are no maximum: their margins are not those of the model.

    Notes
    -----
    Maydeu-Olivares & Joe (2006), doi:10.1007/s11336-005-1295-9; Cai & Hansen (2013),
    doi:10.1111/j.2044-8317.2012.02050.x; Cai & Monro (2014), CRESST report 839. In R: ``mirt::M2(fit, type = "C2")``.
    The RMSEA divides by n − 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import irt
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.normal(size=(500, 1))
    >>> data = pd.DataFrame((theta + rng.logistic(size=(500, 6)) > 0) * 1).add_prefix("x")
    >>> model_fit(irt.fit(data, "2pl")).df
    9
    """
    if kind not in KINDS:
        raise NotServedError(f"kind={kind!r} is not served; use one of {', '.join(KINDS)}")
    if not result.converged:
        raise ModelError("the model did not converge, so its fit cannot be tested; see its warnings")
    codes = result.answers.codes[(result.answers.codes >= 0).all(axis=1)]
    if len(codes) < 2:
        raise DataError(f"M₂ needs cases that answered every item; there are {len(codes)}")
    kind = _chosen(result, kind)
    by_category = kind == "C2"
    probabilities, weights = node_probabilities(result)
    model = _margins(np.hstack(probabilities), _slopes(result), weights, result, by_category)
    seen = observed_margins(codes, result.answers.categories, by_category)
    value, df = _statistic(model, seen, len(codes))
    if df <= 0:
        raise DataError(
            f"{len(seen)} margins of {len(result.items)} items and {result.npar} parameters leave no degrees of "
            "freedom; add items or take a model with fewer parameters"
        )
    base, base_df = _statistic(_independence(codes, result.answers.categories, by_category), seen, len(codes))
    return _figures(
        kind, value, df, base, base_df, _residual_correlation(codes, probabilities, weights), len(codes)
    )


def _chosen(result: IrtResult, kind: str) -> str:
    p = len(result.items)
    return kind if kind != "auto" else ("M2*" if p * (p + 1) // 2 > result.npar else "C2")


def _margins(
    probabilities: Array, slopes: Array, weights: Array, result: IrtResult, by_category: bool
) -> Margins:
    return expected_margins(probabilities, slopes, weights, result.answers.categories, by_category)


def _slopes(result: IrtResult) -> Array:
    """(q, C, f) derivatives of the probabilities by the free parameters."""
    problem = result.problem
    layout = problem.layout
    own = np.zeros((len(problem.nodes), layout.width, layout.length))
    for block, slopes in layout.slopes(result.gamma, problem.nodes):
        own[:, block.columns[:, :, None], block.parameters[:, None, :]] = slopes
    share = np.exp(layout.log_probabilities(result.gamma, problem.nodes))
    return np.asarray(share[..., None] * own @ problem.free)


def _independence(codes: Array, categories: tuple[int, ...], by_category: bool) -> Margins:
    """Items that have nothing in common, their shares free."""
    shares = [np.bincount(codes[:, j], minlength=k) / len(codes) for j, k in enumerate(categories)]
    free = sum(categories) - len(categories)
    slopes, row, column = np.zeros((1, sum(categories), free)), 0, 0
    for k in categories:
        slopes[0, row, column : column + k - 1] = -1.0
        slopes[0, row + 1 : row + k, column : column + k - 1] = np.eye(k - 1)
        row, column = row + k, column + k - 1
    return expected_margins(np.concatenate(shares)[None], slopes, np.ones(1), categories, by_category)


def _statistic(margins: Margins, seen: Array, n: int) -> tuple[float, int]:
    root = np.linalg.cholesky(margins.covariance + 1e-14 * np.eye(len(seen)))
    residual = np.linalg.solve(root, seen - margins.expected)
    slopes = np.linalg.solve(root, margins.slopes)
    basis, sizes, _ = np.linalg.svd(slopes, full_matrices=False)
    rank = int((sizes > 1e-9 * sizes.max(initial=0)).sum())
    inside = basis[:, :rank].T @ residual
    return n * float(residual @ residual - inside @ inside), len(seen) - rank


def _residual_correlation(codes: Array, probabilities: list[Array], weights: Array) -> float:
    """Root mean square of observed less expected correlations."""
    mean = np.column_stack([own @ np.arange(own.shape[1]) for own in probabilities])
    square = np.column_stack([own @ np.arange(own.shape[1]) ** 2 for own in probabilities])
    total = weights @ mean
    cov = (weights[:, None] * mean).T @ mean - np.outer(total, total)
    np.fill_diagonal(cov, weights @ square - total**2)
    scale = np.sqrt(np.diagonal(cov))
    gap = (np.corrcoef(codes, rowvar=False) - cov / np.outer(scale, scale))[np.tril_indices(len(scale), -1)]
    return float(np.sqrt(np.mean(gap**2)))


def _figures(kind: str, value: float, df: int, base: float, base_df: int, srmsr: float, n: int) -> IrtFit:
    excess, base_excess = max(value - df, 0.0), max(base - base_df, value - df, 0.0)
    ratio = base / base_df
    return IrtFit(
        kind,
        value,
        df,
        float(chdtrc(df, value)),
        rmsea(value, df, n - 1),
        rmsea_bound(value, df, n - 1, 0.95),
        rmsea_bound(value, df, n - 1, 0.05),
        srmsr,
        (ratio - value / df) / (ratio - 1) if ratio != 1 else float("nan"),
        1 - excess / base_excess if base_excess > 0 else 1.0,
        n,
    )
