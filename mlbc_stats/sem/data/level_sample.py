"""Rows in clusters: the moments of both levels of a two-level model, one set per group, checked before a fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import read_columns, read_labels
from mlbc_stats.moments.columns.checks import check_columns, listed
from mlbc_stats.moments.sample import SampleMoments, split_groups
from mlbc_stats.moments.two_level.cells import gather_cells
from mlbc_stats.moments.two_level.clusters import gather_clusters
from mlbc_stats.moments.two_level.complete import CompleteClusters
from mlbc_stats.moments.two_level.incomplete import IncompleteClusters
from mlbc_stats.moments.two_level.layout import Layout, layout_of
from mlbc_stats.moments.two_level.sample import Clustered, LevelSample
from mlbc_stats.moments.two_level.unrestricted import (
    Moments,
    definite_between,
    first_moments,
    unrestricted_moments,
)
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.data.level_checks import check_clusters, check_variances, check_within, cluster_means
from mlbc_stats.sem.data.level_covariates import put_covariates
from mlbc_stats.sem.data.slope_sample import slope_moments
from mlbc_stats.sem.data.source import Design, Sample, Source, cluster_codes, dropped_note, ungrouped_notes
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.specification.levels import plain
from mlbc_stats.sem.specification.parameter_table import ParameterTable


def read_level_sample(source: Source, table: ParameterTable, method: Method, design: Design) -> Sample:
    """Moments within and between clusters of the model's variables, one set per group.

    Raises
    ------
    DataError
        one cluster, clusters of one row alone, a variable without variance within or between, a variable of level 2
        that varies within a cluster, fewer clusters than variables between them.
    """
    layout = layout_of(*table.levels)
    names = (*layout.within, *layout.only_between)
    x = read_columns(source.data, names)
    usable = _usable(x, layout, table, method)
    codes = cluster_codes(source, str(design.cluster), usable)
    titles = read_labels(source.data, str(design.cluster))[1]
    parts = (np.arange(len(x)),) if source.codes is None else split_groups(source.codes, source.labels)
    labels = source.labels if source.codes is not None else ("",)
    moments: list[SampleMoments] = []
    notes: list[str] = []
    for rows, label in zip(parts, labels, strict=True):
        where = f"in group {label!r}: " if label else ""
        check_columns(x[rows], names, label)
        kept = rows[usable[rows]]
        notes += _dropped(x[rows], len(kept), names, table, method, label)
        if not len(kept):
            raise DataError(f"{where}no row can be used: every one lacks a value of {listed(names)}")
        if table.random_slopes:
            moments.append(slope_moments(x[kept], codes[kept], titles, table, kept, len(rows), where))
            continue
        part = _group(x[kept], codes[kept], titles, layout, where)
        notes += _notes(part, where)
        moments.append(_moments(part, table, kept, len(rows), codes[kept]))
    return Sample(tuple(moments), (*notes, *ungrouped_notes(source.codes)))


def _usable(x: Floats, layout: Layout, table: ParameterTable, method: Method) -> NDArray[np.bool_]:
    """Rows that enter: complete ones, or with FIML those with some value within and all fixed covariates."""
    if method.missing == "listwise":
        return np.asarray(~np.isnan(x).any(axis=1))
    fixed = {plain(name) for name in table.fixed_covariates}
    names = (*layout.within, *layout.only_between)
    needed = np.array([name in fixed for name in names])
    some = ~np.isnan(x[:, : layout.n_within]).all(axis=1)
    return np.asarray(some & ~np.isnan(x[:, needed]).any(axis=1))


def _dropped(
    x: Floats, kept: int, names: Sequence[str], table: ParameterTable, method: Method, label: str
) -> list[str]:
    """What to say about rows that were left out."""
    if method.missing == "listwise":
        gaps = np.atleast_1d(np.isnan(x).any(axis=0))
        holes = [name for name, gap in zip(names, gaps, strict=True) if gap]
        return dropped_note(len(x), kept, holes, label, "missing='fiml' keeps them")
    if kept == len(x):
        return []
    where = f" of group {label!r}" if label else ""
    return [
        f"{len(x) - kept} of {len(x)} rows{where} were dropped: they hold no value of a variable of level 1, or lack a "
        "covariate with fixed moments (fixed_x=False models the covariates)"
    ]


def _group(x: Floats, codes: Ints, titles: Sequence[str], layout: Layout, where: str) -> LevelSample:
    """One group's rows, with the maximum of their unrestricted likelihood."""
    held, cluster = np.unique(codes, return_inverse=True)
    names = [titles[code] for code in held]
    check_clusters(cluster, layout, where)
    check_variances(x, cluster, layout, names, where)
    data, start = (_incomplete if np.isnan(x).any() else _complete)(x, cluster, layout)
    w = layout.n_within
    check_within(start[0][:w, :w], layout.within, where)
    found = unrestricted_moments(data.likely, layout, start)
    definite = None if found.definite and found.converged else definite_between(found.sigma, layout)
    return LevelSample(data, found, tuple(names), definite, x, cluster)


def _complete(x: Floats, cluster: Ints, layout: Layout) -> tuple[Clustered, Moments]:
    w = layout.n_within
    sums = gather_clusters(x[:, :w], x[:, w:], cluster, layout)
    return CompleteClusters(sums), first_moments(sums)


def _incomplete(x: Floats, cluster: Ints, layout: Layout) -> tuple[Clustered, Moments]:
    """Incomplete rows; the search starts from those that fill each gap with what its cluster, or all, answered."""
    w = layout.n_within
    data = IncompleteClusters(gather_cells(x[:, :w], x[:, w:], cluster, layout))
    filled = np.where(np.isnan(x), _expected(x, cluster), x)
    return data, first_moments(gather_clusters(filled[:, :w], filled[:, w:], cluster, layout))


def _expected(x: Floats, cluster: Ints) -> Floats:
    """Means of the clusters (n, k), of all rows where a cluster has none."""
    centre, count = cluster_means(x, cluster)
    return np.asarray(np.where(count > 0, centre, np.nanmean(x, axis=0))[cluster])


def _moments(
    part: LevelSample, table: ParameterTable, rows: Ints, total: int, cluster: Ints
) -> SampleMoments:
    """The unrestricted estimates of both levels in the place of sample moments, provisional without a maximum."""
    found = part.require_unrestricted()
    regular = SampleMoments(
        names=table.observed,
        cov=found.sigma,
        mean=found.mu,
        n=len(rows),
        divisor="n",
        n_original=total,
        rows=rows,
        cluster=cluster,
        levels=part,
    )
    if found.converged:
        return regular
    known = np.isin(table.observed, list(table.fixed_covariates))
    cov = np.where(known & known[:, None], found.sigma, np.nan)
    return replace(regular, cov=cov, mean=np.where(known, found.mu, np.nan), provisional=regular)


def _notes(part: LevelSample, where: str) -> list[str]:
    """What to say about unrestricted estimates that are no covariance matrix, or no maximum."""
    found = part.require_unrestricted()
    if not found.converged:
        return [
            f"{where}the likelihood of the unrestricted moments of both levels has no maximum that could be found (too "
            "few clusters, or too little variance between them): χ², what is made of it, SRMR and residuals are "
            "withheld"
        ]
    if not found.definite:
        return [
            f"{where}the unrestricted estimate of the covariance matrix between clusters is not positive definite: "
            "some variable (or combination) hardly varies between clusters; χ² compares with it all the same"
        ]
    return []


def reweighted_levels(moments: SampleMoments, weights: Floats) -> SampleMoments:
    """The same clusters under weights (B, J); only the covariates of one level have moments of their own then."""
    levels = moments.levels
    if levels is None or moments.mean is None:
        raise DataError("no rows of clusters; this is a fault of the package")
    cov, mean = (np.repeat(each[None], len(weights), axis=0) for each in (moments.cov, moments.mean))
    put_covariates(levels, cov, mean, weights)
    data = levels.data.reweighted(weights)
    return replace(
        moments,
        cov=cov,
        mean=mean,
        n=np.asarray(data.n_rows),
        levels=replace(levels, data=data, unrestricted=None),
    )
