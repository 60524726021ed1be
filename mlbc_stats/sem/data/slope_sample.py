"""Rows in clusters whose slopes differ: what the likelihood given the covariates needs, checked before a fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns.checks import listed
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.moments.two_level.clusters import gather_clusters
from mlbc_stats.moments.two_level.designs import Designs, gather_designs
from mlbc_stats.moments.two_level.layout import Layout, layout_of
from mlbc_stats.moments.two_level.sample import LevelSample
from mlbc_stats.moments.two_level.unrestricted import first_moments
from mlbc_stats.moments.two_level.varying import VaryingClusters
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.data.level_checks import check_clusters, check_variances, check_within
from mlbc_stats.sem.data.level_covariates import put_covariates
from mlbc_stats.sem.implied.random.cells import coefficient_names, within_covariates
from mlbc_stats.sem.specification.levels import plain
from mlbc_stats.sem.specification.parameter_table import ParameterTable


def slope_moments(
    x: Floats, codes: Ints, titles: Sequence[str], table: ParameterTable, rows: Ints, total: int, where: str
) -> SampleMoments:
    """One group's complete rows; moments to start from, and those of covariates, in the place of unrestricted ones.

    Parameters
    ----------
    x : (n, k) the variables with a part within, then those that only clusters have.
    codes : (n,) clusters; titles : their names; rows : (n,) places in the data; total : rows before any was dropped.
    where : words before an error.
    """
    layout = layout_of(*table.levels)
    held, cluster = np.unique(codes, return_inverse=True)
    names = tuple(titles[code] for code in held)
    check_clusters(cluster, layout, where)
    check_variances(x, cluster, layout, names, where)
    w = layout.n_within
    cov, mean = first_moments(gather_clusters(x[:, :w], x[:, w:], cluster, layout))
    check_within(cov[:w, :w], layout.within, where)
    designs = _designs(x, cluster, layout, table)
    _check_spare(designs, where)
    part = LevelSample(VaryingClusters(designs, layout), None, names, None, x, cluster)
    regular = SampleMoments(
        names=table.observed,
        cov=cov,
        mean=mean,
        n=len(rows),
        divisor="n",
        n_original=total,
        rows=rows,
        cluster=codes,
        levels=part,
    )
    known = np.isin(table.observed, list(table.fixed_covariates))
    shown, centre = cov[None].copy(), mean[None].copy()
    put_covariates(part, shown, centre, np.ones((1, len(names))))
    return replace(
        regular,
        cov=np.where(known & known[:, None], shown[0], np.nan),
        mean=np.where(known, centre[0], np.nan),
        provisional=regular,
    )


def _designs(x: Floats, cluster: Ints, layout: Layout, table: ParameterTable) -> Designs:
    covariates = within_covariates(table)
    within, between = coefficient_names(table)
    place = {name: i for i, name in enumerate((*layout.within, *layout.only_between))}
    own, given, apart = (
        x[:, [place[name] for name in names]] for names in (within, covariates, layout.only_between)
    )
    return gather_designs(own, given, apart, cluster, layout_of(within, [plain(name) for name in between]))


def _check_spare(designs: Designs, where: str) -> None:
    """Refuse clusters of no more rows than coefficients: nothing then tells residuals from slopes."""
    p = designs.layout.n_within
    if designs.left.sum() < p:
        raise DataError(
            f"{where}clusters of up to {designs.sizes.max():.0f} rows and {designs.told.shape[1]} coefficients a "
            f"cluster leave nothing to tell the residuals of {listed(designs.layout.within)} by; use fewer covariates "
            "at level 1, or collect more rows a cluster"
        )
