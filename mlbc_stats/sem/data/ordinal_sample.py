"""Sample moments of groups with ordinal variables: categories checked, rows counted, moments given the covariates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, ModelError, NotServedError
from mlbc_stats.moments.columns import read_categories
from mlbc_stats.moments.columns.checks import check_columns
from mlbc_stats.moments.ordinal.moments import (
    OrdinalMoments,
    intercepts,
    residual_covariance,
    slopes,
)
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from mlbc_stats.moments.sample import SampleMoments, split_groups
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.data.given_moments import given_ordinal_moments, with_given
from mlbc_stats.sem.data.ordinal_checks import check_categories, require_estimates, undetermined, where
from mlbc_stats.sem.data.source import (
    Design,
    Sample,
    Source,
    cluster_codes,
    dropped_note,
    given_matrices,
    joint_weights,
    standardize,
    ungrouped_notes,
)
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.specification.parameter_table import ParameterTable


def read_ordinal_sample(source: Source, table: ParameterTable, method: Method, design: Design) -> Sample:
    """Thresholds, slopes, variances and polychoric correlations per group, with what a reader must know about them.

    Raises
    ------
    DataError
        a category that a group does not use, a constant variable, too few rows, a threshold or correlation that the
        rows cannot give.
    """
    codes, notes = (design.ordinal.codes, [*design.ordinal.notes]) if design.ordinal else ({}, [])
    if source.data is None:
        return Sample(tuple(_given_group(source, g, table, method) for g in range(len(source.covs))), ())
    x = read_categories(source.data, table.observed)
    continuous = [i for i, name in enumerate(table.observed) if name not in table.ordinal]
    usable = _usable(x, table, method.missing)
    mass = None
    if design.weights is not None:
        mass = joint_weights(source, design.weights, usable, design.normalization)
    clusters = None if design.cluster is None else cluster_codes(source, design.cluster, usable)
    parts = (np.arange(len(x)),) if source.codes is None else split_groups(source.codes, source.labels)
    labels = source.labels if source.codes is not None else ("",)
    moments: list[SampleMoments] = []
    for rows, label in zip(parts, labels, strict=True):
        check_columns(x[rows], table.observed, label)
        kept = rows[usable[rows]]
        if len(kept) < 2:
            raise DataError(
                f"{where(label)}{len(kept)} usable rows of {len(rows)}; an ordinal model needs more"
            )
        notes += _dropped(len(rows), len(kept), _holes(x[rows], table), label, method)
        own = None if mass is None else mass[kept]
        counting = kept if own is None else kept[own > 0]
        notes += check_categories(x[counting], table, codes, label)
        drawn = None if clusters is None else clusters[kept]
        y = standardize(x[kept], continuous) if design.std_ov else x[kept]
        part = group_moments(y, table, method, codes, kept, len(rows), own, drawn)
        if part.ordinal is not None:
            require_estimates(part.ordinal, label)
            notes += [where(label) + note for note in part.ordinal.notes]
            notes += undetermined(part.ordinal, float(part.n), label)
        moments.append(with_given(part, source.given, len(moments), table.observed, method))
    notes += ungrouped_notes(source.codes)
    return Sample(tuple(moments), tuple(notes))


def _given_group(source: Source, g: int, table: ParameterTable, method: Method) -> SampleMoments:
    """Moments of a group from thresholds and correlations, with their sampling covariance."""
    if table.fixed_covariates:
        raise NotServedError(
            f"sample_th with covariates ({', '.join(sorted(table.fixed_covariates))}) is not served: thresholds and "
            "correlations given them are not asked for; give fixed_x=False, or the data"
        )
    cov, mean = given_matrices(source, g, table)
    cuts = {name: source.given.thresholds[g][name] for name in table.ordinal}
    found = given_ordinal_moments(table, cov, mean, source.sizes[g], cuts)
    found = with_given(found, source.given, g, [n for n in source.names if n in table.observed], method)
    if found.ordinal is None or found.ordinal.gamma is None:
        raise ModelError(
            "sample_th needs NACOV, n times the sampling covariance of thresholds and correlations (in R: "
            "lavInspect(fit, 'gamma')): errors, tests and the weights of DWLS and WLS come from it"
        )
    return found


def group_moments(
    x: Floats,
    table: ParameterTable,
    method: Method,
    codes: Mapping[str, Floats],
    rows: NDArray[np.intp] | None = None,
    n_original: int = 0,
    weights: Floats | None = None,
    cluster: NDArray[np.intp] | None = None,
) -> SampleMoments:
    """Moments of one group's rows (n, p) with sampling weights (n,); one set per resample with weights (B, n)."""
    free = [i for i, name in enumerate(table.observed) if name not in table.fixed_covariates]
    given = [i for i in range(len(table.observed)) if i not in free]
    names = [table.observed[i] for i in free]
    resampled = weights is not None and weights.ndim == 2
    whole = not resampled or method.discrepancy == "WLS"
    gamma: Any = "full" if whole else "diagonal" if method.discrepancy == "DWLS" else "none"
    found = ordinal_moments(
        x[:, free],
        names,
        [at for at, name in enumerate(names) if name in codes],
        covariates=[table.observed[i] for i in given],
        weights=weights,
        gamma=gamma,
        missing="pairwise" if method.missing == "pairwise" else "listwise",
        levels=[codes.get(name) for name in names],
        z=x[:, given] if given else None,
        cluster=None if resampled else cluster,
        filling=method.details.filling,
    )
    mass = np.ones(len(x)) if weights is None else weights
    weighted = weights is not None and not resampled
    if weighted:
        found = _per_weight(found, float(mass.sum()) / len(x))
    cov, mean = _joint_moments(found, x, free, given, mass, weighted)
    return SampleMoments(
        names=table.observed,
        cov=cov,
        mean=mean,
        n=mass.sum(axis=-1) if resampled else len(x),
        divisor="n",
        n_original=n_original,
        raw=None if resampled else x,
        weights=None if resampled else weights,
        rows=None if resampled else rows,
        cluster=None if resampled else cluster,
        ordinal=found if not resampled else replace(found, notes=()),
    )


def _per_weight(found: OrdinalMoments, share: float) -> OrdinalMoments:
    """Γ per unit of weight, as groups count by their weights: the sampling covariance Γ/n of the moments stays."""
    gamma = None if found.gamma is None else found.gamma * share
    diagonal = None if found.gamma_diagonal is None else found.gamma_diagonal * share
    return replace(found, gamma=gamma, gamma_diagonal=diagonal)


def _usable(x: Floats, table: ParameterTable, missing: str) -> NDArray[np.bool_]:
    """Complete rows, or for pairwise ones those with every covariate and at least one other value."""
    holes = np.isnan(x)
    if missing == "listwise":
        return np.asarray(~holes.any(axis=1))
    given = np.isin(table.observed, list(table.fixed_covariates))
    return np.asarray(~holes[:, given].any(axis=1) & ~holes[:, ~given].all(axis=1))


def _dropped(total: int, kept: int, holes: list[str], label: str, method: Method) -> list[str]:
    if method.missing == "listwise" or kept == total:
        return dropped_note(total, kept, holes, label, "missing='pairwise' keeps them")
    return [
        f"{where(label)}{total - kept} of {total} rows were dropped: they hold no answer, or lack a covariate"
    ]


def _holes(x: Floats, table: ParameterTable) -> list[str]:
    gaps = np.atleast_1d(np.isnan(x).any(axis=0))
    return [name for name, gap in zip(table.observed, gaps, strict=True) if gap]


def _joint_moments(
    found: OrdinalMoments, x: Floats, free: list[int], given: list[int], mass: Floats, weighted: bool
) -> tuple[Floats, Floats]:
    """Covariances and means of y* (unit variance given the covariates) and the covariates together.

    Formula: with slopes Π and covariate moments (m, S; as in lavaan with divisor n − 1, with sampling weights n),
    Cov(y*) = Σ + ΠSΠᵀ, Cov(y*, x) = ΠS, means of y* Πm.
    """
    p = x.shape[1]
    y, z = np.array(free, dtype=np.intp), np.array(given, dtype=np.intp)
    base = residual_covariance(found)
    batch = base.shape[:-2]
    cov, mean = np.zeros((*batch, p, p)), np.zeros((*batch, p))
    cov[..., y[:, None], y] = base
    mean[..., y] = intercepts(found)
    if not given:
        return cov, mean
    total = mass.sum(axis=-1)[..., None]
    m = mass @ x[:, z] / total
    rows = x[:, z]
    products = np.einsum("...n,ni,nj->...ij", mass, rows, rows, optimize=True) / total[..., None]
    s = products - m[..., :, None] * m[..., None, :]
    if not weighted:
        s *= (total / (total - 1))[..., None]
    pi = slopes(found)
    cov[..., z[:, None], z] = s
    cov[..., y[:, None], z] = pi @ s
    cov[..., z[:, None], y] = (pi @ s).swapaxes(-1, -2)
    cov[..., y[:, None], y] += pi @ s @ pi.swapaxes(-1, -2)
    mean[..., z] = m
    mean[..., y] += (pi @ m[..., None])[..., 0]
    return cov, mean
