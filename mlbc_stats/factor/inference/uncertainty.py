"""Choose and compute the errors of a solution: from normal theory, without it, or from resamples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.factor.correlation.normal_theory import normal_gamma
from mlbc_stats.factor.correlation.sample import Correlations
from mlbc_stats.factor.extraction.extract import Extraction
from mlbc_stats.factor.inference.analytic import analytic_errors
from mlbc_stats.factor.inference.bootstrap import bootstrap_loadings
from mlbc_stats.factor.turning.rotate import Rotated

Array = NDArray[Any]

KINDS = ("auto", "normal", "robust", "bootstrap", "none")


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Standard errors of loadings (p, m) and phi (m, m), limits (p, m, 2), and resamples (b, p, m) where drawn."""

    loadings: Array
    phi: Array
    intervals: Array
    resamples: Array | None


@dataclass(frozen=True, slots=True)
class Wish:
    """How errors are wanted: kind, coverage, resamples, seed, and the options that made the solution."""

    kind: str
    level: float
    draws: int
    seed: int
    method: str
    lowest: float
    options: Mapping[str, Any] | None


def kind_of_errors(errors: str, correlation: str, missing: str, given: bool, method: str = "minres") -> str:
    """What "auto" means here.

    Raises
    ------
    NotServedError
        for an unknown kind, and for errors that these correlations do not have.

    Examples
    --------
    >>> kind_of_errors("auto", "polychoric", "listwise", False), kind_of_errors("auto", "pearson", "none", True)
    ('robust', 'normal')
    """
    if errors not in KINDS:
        raise NotServedError(f"errors={errors!r} is not served; use one of {', '.join(KINDS)}")
    if errors == "auto":
        plain = correlation == "pearson" and missing == "listwise" and method not in ("wls", "dwls")
        if given or plain:
            return "normal"
        return "bootstrap" if correlation == "spearman" else "robust"
    if errors == "robust" and (given or correlation == "spearman"):
        what = "a matrix without its cases" if given else "Spearman correlations"
        raise NotServedError(
            f"errors='robust' need the covariance of the correlations, which {what} do not give; use "
            f"'{'normal' if given else 'bootstrap'}'"
        )
    if errors == "normal" and correlation != "pearson":
        raise NotServedError(
            f"errors='normal' are those of Pearson correlations, not of {correlation} ones; use 'auto'"
        )
    return errors


def uncertainty(
    sample: Correlations, found: Extraction, turned: Rotated, weight: Array, wish: Wish
) -> Uncertainty:
    """Errors and intervals of a rotated solution; NaN where none are wanted, or where it is not determined."""
    p, m = turned.loadings.shape
    if wish.kind == "none":
        blank = np.full((p, m), np.nan)
        return Uncertainty(blank, np.full((m, m), np.nan), np.full((p, m, 2), np.nan), None)
    if wish.kind == "bootstrap":
        drawn = bootstrap_loadings(
            sample, turned, wish.method, wish.lowest, wish.options, wish.draws, wish.seed
        )
        tails = (1 - wish.level) / 2, (1 + wish.level) / 2
        limits = np.moveaxis(np.quantile(drawn.loadings, tails, axis=0), 0, -1)
        errors = drawn.loadings.std(axis=0, ddof=1)
        return Uncertainty(errors, drawn.phi.std(axis=0, ddof=1), limits, drawn.loadings)
    gamma = (
        normal_gamma(sample.matrix if wish.method != "ml" else _fitted(found))
        if wish.kind == "normal"
        else sample.gamma
    )
    if gamma is None:
        raise DataError("the covariance of the correlations is not known; use errors='normal' or 'none'")
    own = analytic_errors(
        turned,
        found.loadings[0],
        found.uniqueness[0],
        ~found.bounded[0],
        weight,
        gamma,
        sample.n,
        wish.options,
    )
    reach = float(ndtri((1 + wish.level) / 2)) * own.loadings
    limits = np.stack([turned.loadings - reach, turned.loadings + reach], axis=-1)
    return Uncertainty(own.loadings, own.phi, limits, None)


def _fitted(found: Extraction) -> Array:
    loadings = found.loadings[0]
    out = loadings @ loadings.T
    np.fill_diagonal(out, 1.0)
    return np.asarray(out)
