"""Residuals: what is left of the sample moments after the model, raw or on a common scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import cov2cor, deviations, unvech
from mlbc_stats.moments.ordinal.moments import (
    OrdinalMoments,
    cut_names,
    cut_points,
    intercepts,
    residual_covariance,
)
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.unseen_moments import unseen_moments
from mlbc_stats.sem.inference.ordinal_correction import ordinal_pair
from mlbc_stats.sem.prediction.residual_errors import moment_errors
from mlbc_stats.sem.results.fitted_model import require_minimum, require_solution
from mlbc_stats.sem.results.levels import require_fixed_slopes, require_one_level
from mlbc_stats.sem.specification.levels import plain

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel

KINDS = ("raw", "cor", "normalized", "standardized")
CONSTANT = 1e-9
"""Share of a moment's sampling variance below which its residual is taken not to vary at all."""


@dataclass(frozen=True, slots=True)
class Residuals:
    """Residuals of one group.

    Attributes
    ----------
    group : its label, "" for a single group.
    cov : DataFrame (p, p), of covariances or correlations.
    mean : Series (p,), or None without a mean structure.
    thresholds : Series (t,) named x1|t1 and so on, with ordinal variables; None without.
    level : 1 within and 2 between clusters in two-level models, else 0.
    """

    group: str
    cov: pd.DataFrame
    mean: pd.Series | None
    thresholds: pd.Series | None = None
    level: int = 0


def residuals(fit: FittedModel, kind: str = "raw") -> tuple[Residuals, ...]:
    """Sample minus implied covariances and means.

    Parameters
    ----------
    fit : a fitted model.
    kind : "raw" S − Σ and x̄ − μ; "cor" (Bollen) the difference of the two correlation matrices, and of the means each
        in its own standard deviations; "normalized" raw residuals in standard errors of the sample moments;
        "standardized" in their own standard errors, which is z under the model (zero where a moment cannot vary about
        its fitted value).

    Returns
    -------
    tuple of Residuals
        One per group, in the order of ``fit.table.observed``; with two levels (raw and cor alone) one per group and
        level, the mean of a variable with parts at both between. With missing data S and x̄ are the saturated estimates;
        with ordinal variables S holds polychoric correlations, covariates are left out and thresholds have their own.

    Notes
    -----
    Errors follow the fit: normal theory for standard errors, distribution-free for robust ones, cross products for
    first-order information; given fixed covariates; divisor n. With equality constraints across groups, what the other
    groups' sampling adds is left out, as in lavaan.

    Raises
    ------
    ModelError
        for an unknown kind, or errors of a fit that did not converge.

    References
    ----------
    Bollen (1989), doi:10.1002/9781118619179; Maydeu-Olivares (2017), doi:10.1007/s11336-016-9552-7. In R:
    ``residuals(fit, type = "standardized")``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": ["a", "b", "c", "d"],
    ...        "values": [[2, 1, 1, 0.5], [1, 2, 1, 0.5], [1, 1, 2, 1.0], [0.5, 0.5, 1, 2]]}
    >>> only, = sem.residuals(sem.cfa("f =~ a + b + c + d", sample_cov=cov, sample_nobs=200), "standardized")
    >>> round(float(only.cov.loc["a", "b"]), 2)
    3.42
    """
    if kind not in KINDS:
        raise ModelError(f"kind={kind!r} is not known; use one of {', '.join(KINDS)}")
    require_fixed_slopes(fit, "residuals")
    if fit.table.two_level and not fit.method.ordinal:
        return _two_levels(fit, kind)
    if kind in ("normalized", "standardized"):
        require_solution(fit, f"{kind} residuals")
        require_minimum(fit, f"{kind} residuals")
    if fit.method.ordinal:
        return _ordinal(fit, kind)
    parts = _correlation(fit) if kind == "cor" else _raw(fit)
    if kind in ("normalized", "standardized"):
        parts = _scaled(fit, parts, kind)
    parts = [_seen(*part, unseen_moments(each)) for part, each in zip(parts, fit.moments, strict=True)]
    labels = fit.table.group_labels if fit.table.n_groups > 1 else ("",)
    return tuple(_labelled(fit, label, *part) for label, part in zip(labels, parts, strict=True))


def _two_levels(fit: FittedModel, kind: str) -> tuple[Residuals, ...]:
    """Residuals of each level; those of means, which the data tell as sums over the levels, stand between."""
    import pandas as pd

    if kind in ("normalized", "standardized"):
        require_one_level(fit, f"{kind} residuals", "kind='raw' and kind='cor' are")
    labels = fit.table.group_labels if fit.table.n_groups > 1 else ("",)
    names, w = fit.table.levels, fit.table.n_within
    parts = _correlation(fit) if kind == "cor" else _raw(fit)
    out = []
    for label, (cov, mean), moments in zip(labels, parts, fit.moments, strict=True):
        means = [np.zeros(0), np.zeros(0)] if mean is None else _joined_means(mean, moments, kind)
        for level, (own, part) in enumerate(zip(names, (slice(None, w), slice(w, None)), strict=True)):
            frame = pd.DataFrame(cov[part, part], index=list(own), columns=list(own))
            out.append(Residuals(label, frame, pd.Series(means[level], index=list(own)), level=level + 1))
    return tuple(out)


def _of_levels(label: str, cov: Floats, cuts: pd.Series, sample: OrdinalMoments) -> Iterator[Residuals]:
    """Residuals of ordinal items within and between clusters; thresholds stand between, where means are zero."""
    import pandas as pd

    w = sample.n_within
    for level, part in enumerate((slice(None, w), slice(w, None)), start=1):
        names = [plain(name) for name in sample.names[part]]
        frame = pd.DataFrame(cov[part, part], index=names, columns=names)
        yield Residuals(label, frame, pd.Series(0.0, index=names), cuts if level == 2 else None, level)


def _joined_means(mean: Floats, moments: SampleMoments, kind: str) -> list[Floats]:
    """Residuals of the means of each level, that of a variable with parts at both whole between."""
    if moments.levels is None:
        return [mean, mean]
    layout, sd = moments.levels.data.layout, np.sqrt(np.maximum(np.diag(moments.cov), 1e-300))
    w, raw = layout.n_within, mean * (sd if kind == "cor" else 1.0)
    inside = np.where(np.isin(layout.within, layout.between), 0.0, raw[:w])
    place = {name: i for i, name in enumerate(layout.within)}
    moved = [raw[place[name]] if name in place else 0.0 for name in layout.between]
    both = np.concatenate([inside, raw[w:] + moved]) / (sd if kind == "cor" else 1.0)
    return [both[:w], both[w:]]


Parts = list[tuple[Floats, Floats | None]]


def _ordinal(fit: FittedModel, kind: str) -> tuple[Residuals, ...]:
    """Residuals of thresholds, means and covariances (of y* given covariates, in the scale of the sample)."""
    import pandas as pd

    labels = fit.table.group_labels if fit.table.n_groups > 1 else ("",)
    errors = moment_errors(fit.solution) if kind in ("normalized", "standardized") else (None,) * len(labels)
    out: list[Residuals] = []
    for label, moments, implied, error in zip(
        labels, fit.moments, fit.solution.implied(), errors, strict=True
    ):
        sample, model = ordinal_pair(moments, implied)
        gap = sample.moments - model.moments
        if error is not None:
            variance = error.sample if kind == "normalized" else error.residual
            gap = gap / np.sqrt(np.where(variance > CONSTANT * error.sample, variance, np.inf))
        held = replace(sample, moments=gap)
        cov = residual_covariance(held)
        np.fill_diagonal(cov, np.where(sample.ordinal, 0.0, np.diag(cov)))
        if kind == "cor":
            cov = cov2cor(residual_covariance(sample)) - cov2cor(residual_covariance(model))
        names = list(sample.names)
        cuts = pd.Series(cut_points(held), index=cut_names(held))
        if sample.n_within:
            out += _of_levels(label, cov, cuts, sample)
            continue
        out.append(
            Residuals(
                label,
                pd.DataFrame(cov, index=names, columns=names),
                pd.Series(intercepts(held), index=names),
                cuts,
            )
        )
    return tuple(out)


def _raw(fit: FittedModel) -> Parts:
    means = fit.mu or (None,) * len(fit.sigma)
    return [
        (moments.cov - sigma, None if mu is None else moments.mean - mu)
        for moments, sigma, mu in zip(fit.moments, fit.sigma, means, strict=True)
    ]


def _correlation(fit: FittedModel) -> Parts:
    out: Parts = []
    means = fit.mu or (None,) * len(fit.sigma)
    for moments, sigma, mu in zip(fit.moments, fit.sigma, means, strict=True):
        own, model = deviations(np.diag(moments.cov)), deviations(np.diag(sigma))
        gap = moments.cov / np.outer(own, own) - sigma / np.outer(model, model)
        np.fill_diagonal(gap, 0.0)
        out.append((gap, None if mu is None or moments.mean is None else (moments.mean - mu) / own))
    return out


def _scaled(fit: FittedModel, parts: Parts, kind: str) -> Parts:
    out: Parts = []
    for (cov, mean), errors in zip(parts, moment_errors(fit.solution), strict=True):
        variance = errors.sample if kind == "normalized" else errors.residual
        variance = np.where(variance > CONSTANT * errors.sample, variance, np.inf)
        p = len(cov)
        offset = len(variance) - p * (p + 1) // 2
        out.append(
            (cov / np.sqrt(unvech(variance[offset:])), None if mean is None else mean / np.sqrt(variance[:p]))
        )
    return out


def _seen(cov: Floats, mean: Floats | None, unseen: NDArray[np.bool_] | None) -> tuple[Floats, Floats | None]:
    """Residuals with NaN for moments that incomplete data say nothing about."""
    if unseen is None:
        return cov, mean
    p = len(cov)
    kept = None if mean is None else np.where(unseen[:p], np.nan, mean)
    return np.where(unvech(unseen[p:]), np.nan, cov), kept


def _labelled(fit: FittedModel, label: str, cov: Floats, mean: Floats | None) -> Residuals:
    import pandas as pd

    names = list(fit.table.observed)
    means = None if mean is None else pd.Series(mean, index=names)
    return Residuals(label, pd.DataFrame(cov, index=names, columns=names), means)
