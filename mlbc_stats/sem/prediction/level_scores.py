"""Factor scores of two-level models: of rows within clusters, and of clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.moments.two_level.cells import gather_cells
from mlbc_stats.moments.two_level.predictions import predict_parts
from mlbc_stats.moments.two_level.varying import VaryingClusters
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.implied.random.engine import SlopeEngine
from mlbc_stats.sem.prediction.latent_moments import latent_means
from mlbc_stats.sem.prediction.slope_scores import slope_scores
from mlbc_stats.sem.specification.levels import level_of, plain
from mlbc_stats.sem.specification.parameter_table import ParameterTable

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel


@dataclass(frozen=True, slots=True)
class Weighing:
    """Where a level's variables and factors stand, and what their scores are made of.

    Attributes
    ----------
    variables : places of its observed variables; factors : places of its latent ones, among all latent ones.
    """

    variables: slice
    factors: list[int]


def level_scores(fit: FittedModel, level: int) -> pd.DataFrame:
    """Expectations of the factors of one level given all that their cluster answered, at the estimates.

    Within: E(η) + C Σ_W⁻¹(û_i − μ_W) of every row, û_i its deviation from the expected v_j of its cluster (of a row
    with missing values by what it answered). Between: E(η) + C Ω_j⁻¹ d_j of every cluster, d_j what it shows less its
    expectation. Where slopes vary between clusters see `slope_scores`.
    """
    import pandas as pd

    if level not in (1, 2):
        raise ModelError(f"level={level!r}: expected 1 (rows within clusters) or 2 (clusters)")
    table = fit.table
    own = [i for i, name in enumerate(table.latent) if level_of(name) == level]
    if not own:
        raise ModelError(f"the model has no latent variables at level {level}, so there are no factor scores")
    part = slice(None, table.n_within) if level == 1 else slice(table.n_within, None)
    names = [plain(table.latent[i]) for i in own]
    frames = []
    for g, moments in enumerate(fit.moments):
        ram, implied = fit.solution.rams[g], fit.solution.implied()[g]
        if isinstance(ram.engine, SlopeEngine):
            scores = _varying(ram.engine, implied, moments, table, [table.latent[i] for i in own], level)
        else:
            scores = _scores(ram, implied, fit.theta, moments, Weighing(part, own), level)
        frame = pd.DataFrame(scores, index=_index(moments, level), columns=names)
        if table.n_groups > 1:
            frame.insert(0, "group", table.group_labels[g])
        frames.append(frame)
    out = pd.concat(frames)
    if level == 2:
        out.index.name = str(fit.call["cluster"])
        return out
    out = out.sort_index()
    if fit.row_names is not None:
        out.index = fit.row_names[out.index]
    return out


def _scores(
    ram: Ram, implied: Implied, theta: Floats, moments: SampleMoments, at: Weighing, level: int
) -> Floats:
    """Scores (n, m) of rows, or (J, m) of clusters."""
    levels, mean = moments.levels, moments.mean
    if levels is None or levels.rows is None or levels.cluster is None or mean is None:
        raise DataError("the rows of the fit are not kept; fit the model again")
    layout = levels.data.layout
    w = layout.n_within
    cells = gather_cells(levels.rows[:, :w], levels.rows[:, w:], levels.cluster, layout)
    found = predict_parts(cells, levels.rows[:, :w], levels.cluster, implied.sigma, np.asarray(implied.mu))
    pull = found.within if level == 1 else found.between[:, layout.rows]
    p = ram.n_observed
    reach = implied.cross[p:][at.factors][:, at.variables]
    return np.asarray(pull @ reach.T + latent_means(ram, implied, theta, mean)[at.factors])


def _varying(
    engine: SlopeEngine,
    implied: Implied,
    moments: SampleMoments,
    table: ParameterTable,
    names: list[str],
    level: int,
) -> Floats:
    levels = moments.levels
    if levels is None or not isinstance(levels.data, VaryingClusters):
        raise DataError("the rows of the fit are not kept; fit the model again")
    return slope_scores(engine, implied, levels, levels.data, table, names, level)


def _index(moments: SampleMoments, level: int) -> list[object]:
    if level == 2 and moments.levels is not None:
        return list(moments.levels.names)
    return [] if moments.rows is None else moments.rows.tolist()
