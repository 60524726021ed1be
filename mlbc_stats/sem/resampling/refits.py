"""Fit a model to resamples of its data, chunk by chunk as one batch each."""

from __future__ import annotations

from mlbc_stats import parallel
from mlbc_stats.sem.constraints.linear_space import linear_space
from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.estimation.refit import BatchFit, join_fits, refit
from mlbc_stats.sem.estimation.search.variable_metric import known_inverse
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.resampling.resamples import Draw
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.rotation.batch import rotate_batch

CHUNK = 250
"""Resamples fitted together, at most."""
HELD = 20_000_000
"""Numbers of clusters' matrices that one chunk may hold."""
CACHED = 1_250_000
"""Numbers of one chunk's information matrices that stay in cache."""


def chunk_size(n_free: int) -> int:
    """Resamples of a model with so many free parameters that are best fitted together.

    Examples
    --------
    >>> chunk_size(30), chunk_size(250)
    (250, 20)
    """
    return max(min(CHUNK, CACHED // max(n_free, 1) ** 2), 10)


def chunk_of(fit: FittedModel) -> int:
    """Resamples of a fit that are best fitted together: fewer where every cluster has matrices of its own."""
    levels = [each.levels for each in fit.moments if each.levels is not None]
    held = sum(each.numbers_per_resample for each in levels)
    return max(min(chunk_size(fit.npar), HELD // max(held, 1)), 1)


def fit_draws(
    fit: FittedModel,
    draws: list[Draw],
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> BatchFit:
    """Refits of the resamples that the draws make; exploratory factors are rotated as those of the fit."""
    base = fit if fit.rotation is None else fit.rotation.unrotated
    system = constraint_system(base.table)
    space, rams = linear_space(system), compile_table(base.table)

    inverse = known_inverse(base.solution, space)

    def one(draw: Draw) -> BatchFit:
        got = refit(rams, draw(), fit.method, system, space, base.theta, inverse=inverse)
        if fit.rotation is None:
            return got
        return rotate_batch(fit.rotation.plan, fit.rotation.turns, base.solution.rams, base.theta, got)

    return join_fits(parallel.run(one, draws, workers=workers, progress=progress))
