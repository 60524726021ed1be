"""Exploratory factor analysis: correlations, extraction, rotation, errors and fit, in this order."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ConvergenceWarning, DataError, DataWarning, InadmissibleWarning, MlbcWarning
from mlbc_stats.factor.correlation.product_moment import below
from mlbc_stats.factor.correlation.sample import Correlations, correlate
from mlbc_stats.factor.extraction.extract import LOWEST, Extraction
from mlbc_stats.factor.extraction.slopes import derivatives
from mlbc_stats.factor.inference.fit_statistics import FactorFit, fit_statistics, scaled_test
from mlbc_stats.factor.inference.uncertainty import Uncertainty, Wish, kind_of_errors, uncertainty
from mlbc_stats.factor.result import FactorResult
from mlbc_stats.factor.turning.rotate import STARTS, Rotated, rotate
from mlbc_stats.factor.weights import discrepancy_of, solve
from mlbc_stats.parallel import one_blas_thread

Array = NDArray[Any]
Told = tuple[str, type[MlbcWarning]]


def fit(
    data: Any,
    n_factors: int,
    method: str = "minres",
    rotation: str = "oblimin",
    correlation: str = "pearson",
    missing: str = "listwise",
    items: Sequence[str] | None = None,
    rotation_args: Mapping[str, Any] | None = None,
    n: int | None = None,
    errors: str = "auto",
    level: float = 0.95,
    bootstrap: int = 1000,
    starts: int = STARTS,
    lowest: float = LOWEST,
    seed: int = 1,
) -> FactorResult:
    """Exploratory factors of items, with standard errors of the rotated loadings.

    Parameters
    ----------
    data : table or array (cases, items); with `n` a correlation or covariance matrix of n cases.
    n_factors : at most as many as leave degrees of freedom, (p − m)² ≥ p + m.
    method : "minres" (unweighted least squares), "ml", "gls", "pa" (principal axes iterated to convergence, which is
        the minimum of minres), "wls" (weighted by the inverse of the correlations' covariance), "dwls" (by its
        diagonal).
    rotation, rotation_args, starts, seed : as in `rotate`.
    correlation : "pearson", "spearman" or "polychoric". missing : "listwise", "pairwise" or "two.stage".
    items : columns to take, all by default.
    errors : "normal" (items are normal), "robust" (they need not be), "bootstrap", "none"; "auto" is robust for
        polychoric correlations and incomplete data, bootstrap for Spearman's, else normal.
    level : coverage of the intervals, percentiles of the bootstrap. bootstrap : resamples.
    lowest : the least uniqueness allowed; items that meet it are told (Heywood cases).

    Returns
    -------
    FactorResult

    Raises
    ------
    ModelError
        more factors than the correlations can tell apart. NotServedError : unknown names.
    DataError
        degenerate items: constant, without answers, perfectly correlated (for ml and gls).

    References
    ----------
    Harman & Jones (1966), doi:10.1007/BF02289468; Jöreskog (1967), doi:10.1007/BF02289658; Jennrich (1974),
    doi:10.1007/BF02291390. In R: ``psych::fa(data, 3, fm = "minres", rotate = "oblimin")``, which stops up to 1e-5
    short of the minimum and has no analytic errors of rotated loadings; ``stats::factanal``; ``lavaan::efa``.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(300, 2))
    >>> data = pd.DataFrame(common[:, [0, 0, 0, 1, 1, 1]] + rng.normal(size=(300, 6))).add_prefix("x")
    >>> result = fit(data, 2, method="ml")
    >>> (result.loadings > 0.5).tolist()
    [[False, True], [False, True], [False, True], [True, False], [True, False], [True, False]]
    >>> bool((result.std_errors < 0.1).all()), result.optima
    (True, 1)
    """
    if not 0 < level < 1:
        raise DataError(f"level={level!r}: expected a share between 0 and 1, such as 0.95")
    under, kind = discrepancy_of(method), kind_of_errors(errors, correlation, missing, n is not None, method)
    with one_blas_thread():
        sample = correlate(
            data, items, correlation, missing, n, gamma=_gamma_wanted(kind, under, correlation)
        )
        found, weight, minima = solve(sample, n_factors, under, lowest, seed)
        turned = rotate(found.loadings[0], rotation, rotation_args, starts, seed)
        wish = Wish(kind, level, bootstrap, seed, under, lowest, rotation_args)
        own = uncertainty(sample, found, turned, weight, wish)
        figures = _figures(sample, found, weight, under)
    told = _told(sample, found, turned, own, kind, minima)
    for text, category in told:
        warnings.warn(text, category, stacklevel=2)
    return FactorResult(
        method=method,
        n_factors=n_factors,
        correlation=sample.kind,
        missing=sample.missing,
        n=sample.n,
        sample=sample,
        extraction=found,
        rotated=turned,
        options=dict(rotation_args or {}),
        std_errors=own.loadings,
        phi_std_errors=own.phi,
        intervals=own.intervals,
        level=level,
        errors=kind,
        resamples=own.resamples,
        fit=figures,
        heywood=_heywood(sample, found),
        warnings=tuple(text for text, _ in told),
    )


def _gamma_wanted(kind: str, method: str, correlation: str) -> bool:
    """Whether the covariance of the correlations is used: for errors, weights, or the scaled test."""
    return kind == "robust" or method in ("wls", "dwls") or correlation == "polychoric"


def _figures(sample: Correlations, found: Extraction, weight: Array, method: str) -> FactorFit:
    loadings, (p, m) = found.loadings[0], found.loadings[0].shape
    scaled = (float("nan"), float("nan"))
    if sample.gamma is not None and method in ("minres", "wls", "dwls") and not found.bounded.any():
        i, j = below(p)
        residual = (sample.matrix - loadings @ loadings.T)[i, j]
        jacobian = derivatives(loadings, np.eye(m), False)[:, i, j]
        df = ((p - m) ** 2 - p - m) // 2
        over = np.ones(len(i)) if method == "minres" else weight
        scaled = scaled_test(residual, jacobian, over, sample.gamma, sample.n, df)
    return fit_statistics(sample.matrix, loadings @ loadings.T, found.uniqueness[0], m, sample.n, scaled)


def _heywood(sample: Correlations, found: Extraction) -> tuple[str, ...]:
    return tuple(name for name, held in zip(sample.names, found.bounded[0], strict=True) if held)


def _told(
    sample: Correlations, found: Extraction, turned: Rotated, own: Uncertainty, kind: str, minima: int
) -> tuple[Told, ...]:
    """What stands against the solution, each with its class of warning."""
    told: list[Told] = [(note, DataWarning) for note in sample.notes]
    heywood = _heywood(sample, found)
    if heywood:
        told.append(
            (
                f"Heywood case: the uniqueness of {', '.join(heywood)} is at its bound of {found.uniqueness.min():g}; "
                "the solution is improper, often a sign of too many factors, too few cases or items that say the same. "
                "Analytic errors take the bound as given",
                InadmissibleWarning,
            )
        )
    if minima > 1:
        told.append(
            (
                f"the discrepancy has {minima} minima; the lowest proper one is shown. Several are often a sign of "
                "too many factors",
                DataWarning,
            )
        )
    if not found.converged[0]:
        told.append(
            (
                f"the extraction did not converge (gradient {found.gradient[0]:.2g}): no solution",
                ConvergenceWarning,
            )
        )
    if not turned.converged:
        told.append(
            ("the rotation did not converge; use more starts or another rotation", ConvergenceWarning)
        )
    if turned.optima > 1:
        told.append(
            (
                f"the rotation criterion has {turned.optima} local minima ({100 * turned.reached:.0f} % of the starts "
                "met the lowest, which is shown): look at other rotations before you interpret this one",
                DataWarning,
            )
        )
    if kind not in ("none",) and not np.isfinite(own.loadings).all():
        told.append(
            (
                "the loadings are not determined, so they have no standard errors: fewer factors may help",
                InadmissibleWarning,
            )
        )
    if np.linalg.eigvalsh(sample.matrix)[0] <= 0:
        told.append(
            (
                "the correlation matrix is not positive definite, so χ² and what follows from it are withheld",
                DataWarning,
            )
        )
    return tuple(told)
