"""Factor scores where slopes vary between clusters: of rows, and of clusters with their slopes (empirical Bayes)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.two_level.sample import LevelSample
from mlbc_stats.moments.two_level.slope_likelihood import expected_coefficients
from mlbc_stats.moments.two_level.varying import VaryingClusters
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.ram import Implied
from mlbc_stats.sem.implied.random.cells import copy_of, within_covariates
from mlbc_stats.sem.implied.random.engine import SlopeEngine
from mlbc_stats.sem.specification.parameter_table import ParameterTable


def slope_scores(
    engine: SlopeEngine,
    implied: Implied,
    levels: LevelSample,
    data: VaryingClusters,
    table: ParameterTable,
    names: Sequence[str],
    level: int,
) -> Floats:
    """Expectations of latent variables `names` of one level given all that their cluster answered and the covariates.

    Between: E(η) + C D_jᵀΩ_j⁻¹d_j of every cluster (J, m), slopes among them. Within, of every row (n, m): what the
    coefficients of its cluster, so expected, make of its covariates, and C Σ_W⁻¹ û_i, û_i what they leave of its
    answers.

    References
    ----------
    Laird & Ware (1982), doi:10.2307/2529876. In R: ``nlme::ranef``, ``lme4::ranef``.
    """
    inner = implied if implied.inner is None else implied.inner
    mean = np.asarray(inner.expected)
    place = {name: i for i, name in enumerate(engine.inner.variables)}
    layout, p = data.designs.layout, data.designs.layout.n_within
    pull = expected_coefficients(data.designs, inner.sigma, np.asarray(inner.mu))[:, layout.rows]

    def coefficient(at: Sequence[int]) -> Floats:
        return np.asarray(mean[list(at)] + pull @ inner.cross[list(at)][:, p:].T)

    if level == 2:
        return coefficient([place[name] for name in names])
    covariates = within_covariates(table)
    x, y = _columns(levels, layout.within, covariates)
    of = levels.cluster
    shown = _intercepts(data, inner, pull)[of]
    own = np.tile(mean[[place[name] for name in names]], (len(y), 1))
    for d, covariate in enumerate(covariates):
        shown = (
            shown
            + x[:, d, None] * coefficient([place[copy_of(each, covariate)] for each in layout.within])[of]
        )
        own = own + x[:, d, None] * coefficient([place[copy_of(each, covariate)] for each in names])[of]
    reach = inner.cross[[place[name] for name in names]][:, :p]
    return np.asarray(own + (y - shown) @ spd_inverse_logdet(inner.sigma[:p, :p])[0] @ reach.T)


def _columns(levels: LevelSample, own: Sequence[str], covariates: Sequence[str]) -> tuple[Floats, Floats]:
    """Covariates (n, m) and variables (n, p) of the rows."""
    place = {name: i for i, name in enumerate(levels.data.layout.within)}
    rows = np.asarray(levels.rows)
    return rows[:, [place[name] for name in covariates]], rows[:, [place[name] for name in own]]


def _intercepts(data: VaryingClusters, inner: Implied, pull: Floats) -> Floats:
    """Expected intercepts (J, p) of every cluster."""
    layout = data.designs.layout
    _, between, mean = layout.cut(inner.sigma, np.asarray(inner.mu))
    p = layout.n_within
    return np.asarray(mean[:p] + pull @ between[layout.rows][:, :p])
