"""Cutoffs of fit indices for one model, its loadings and its number of cases, by simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats import parallel
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import linear_space
from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.estimation.refit import refit
from mlbc_stats.sem.estimation.search.variable_metric import known_inverse
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.results.levels import require_one_level
from mlbc_stats.sem.simulation.population import Population, draw_moments
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 25
INDICES = ("rmsea", "srmr", "cfi")
CONVENTIONAL = (0.06, 0.08, 0.95)
"""Hu & Bentler (1999), doi:10.1080/10705519909540118."""
WORSE = (1, 1, -1)
"""Whether a larger (1) or a smaller (-1) index is the worse one."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FitCutoffs(Shown):
    """Indices of a fit beside what they are when its model is right, and when it is wrong.

    Attributes
    ----------
    observed : (3,) RMSEA, SRMR and CFI of the fit, the robust forms where there are any.
    right : (3,) the worst 5 % of the indices begin here where the model is right.
    wrong : (3,) the best 5 % of the indices end here where it is wrong.
    cutoff : (3,) `wrong` where the two can be told apart, else `right`.
    replications : samples of each kind whose fit converged; pairs : of residuals that correlate where it is wrong.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> items = dict(zip("abcde", (rng.normal(size=(300, 1)) + rng.normal(size=(300, 5))).T))
    >>> cutoffs = sem.fit_cutoffs(sem.cfa("f =~ a + b + c + d + e", items), 100, seed=1)
    >>> isinstance(cutoffs, sem.FitCutoffs), cutoffs.passed, cutoffs.table()["conventional"].tolist()
    (True, True, [0.06, 0.08, 0.95])
    """

    observed: Floats
    right: Floats
    wrong: Floats
    cutoff: Floats
    replications: tuple[int, int]
    pairs: int

    @property
    def beyond(self) -> tuple[str, ...]:
        """Indices that are worse than their cutoff."""
        return worse_indices(self.observed, self.cutoff)

    @property
    def passed(self) -> bool:
        """Whether at most one of the three is worse than its cutoff."""
        return len(self.beyond) < 2

    def table(self) -> pd.DataFrame:
        """One row per index: observed, right, wrong, cutoff, conventional."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in ("observed", "right", "wrong", "cutoff")}
        return pd.DataFrame(columns | {"conventional": CONVENTIONAL}, index=list(INDICES))


def fit_cutoffs(
    fit: FittedModel,
    replications: int = 200,
    *,
    correlation: float = 0.3,
    share: float = 1.0,
    seed: int | None = None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> FitCutoffs:
    """Cutoffs of RMSEA, SRMR and CFI for this very model, its estimates and its number of cases.

    Normal samples are drawn from the fit's own moments, where its model is right, and from the same moments with
    residuals of a share of the variables correlated in disjoint pairs, where it is wrong; the model is fitted to all of
    them by maximum likelihood. Cutoffs reject at most 5 % of right models and, where the two distributions can be told
    apart, 95 % of the wrong ones.

    Parameters
    ----------
    fit : a converged fit of continuous variables in one group.
    replications : samples of each kind.
    correlation, share : how wrong the wrong model is: the omitted residual correlations, and the share of variables
        that have one.
    seed : the same gives the same cutoffs whatever the number of workers; progress : called with (done, total).

    Raises
    ------
    ModelError
        for a fit that did not converge, without degrees of freedom, or with no more cases than variables.
    NotServedError
        for ordinal variables or several groups.

    References
    ----------
    In the spirit of McNeish & Wolf (2023), doi:10.1037/met0000425, whose misspecifications differ; theirs for one
    factor are in `dynamic_cutoffs`.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": list("abcd"), "values": (np.eye(4) + 1).tolist()}
    >>> found = fit_cutoffs(sem.cfa("f =~ a + b + c + d", sample_cov=cov, sample_nobs=300), 100, seed=1)
    >>> bool(0 < found.right[0] < 0.12)
    True
    """
    check_simulable(fit)
    if not (0 < abs(correlation) < 1 and 0 < share <= 1):
        raise ModelError(f"correlation={correlation}, share={share}: expected values between 0 and 1")
    right = fitted_population(fit)
    wrong, pairs = _with_residual_correlations(fit, right, correlation, share)
    first, second = simulated_indices(fit, (right, wrong), replications, seed, workers, progress)
    signs = np.array(WORSE)
    limit = signs * np.quantile(first * signs, 0.95, axis=0)
    best = signs * np.quantile(second * signs, 0.05, axis=0)
    cutoff = np.where((best - limit) * signs > 0, best, limit)
    return FitCutoffs(observed_indices(fit), limit, best, cutoff, (len(first), len(second)), pairs)


def worse_indices(observed: Floats, cutoff: Floats) -> tuple[str, ...]:
    """Names of the indices (3,) that are worse than their cutoffs (3,)."""
    over = (observed - cutoff) * np.array(WORSE) > 0
    return tuple(name for name, is_over in zip(INDICES, over, strict=True) if is_over)


def check_simulable(fit: FittedModel) -> None:
    """Refuse a fit whose indices cannot be simulated.

    Raises
    ------
    ModelError, NotServedError
    """
    require_one_level(fit, "simulated cutoffs", "use conventional ones")
    if not fit.converged:
        raise ModelError("the fit did not converge; its moments are no population to draw from")
    if fit.method.ordinal or len(fit.moments) > 1:
        raise NotServedError(
            "cutoffs are simulated for continuous variables in one group; use conventional ones"
        )
    n, p = float(fit.nobs), len(fit.table.observed)
    if n <= p:
        raise ModelError(
            f"{n:.0f} cases of {p} variables; more cases than variables are needed to draw samples"
        )
    if degrees_of_freedom(fit.solution) < 1:
        raise ModelError("a model without degrees of freedom has no misfit to judge")


def fitted_population(fit: FittedModel) -> Population:
    """The population that the estimates stand for."""
    implied = fit.solution.implied()[0]
    centre = np.zeros(len(implied.sigma)) if implied.mu is None else np.asarray(implied.mu)
    return Population(fit.table.observed, (implied.sigma,), (centre,))


def _with_residual_correlations(
    fit: FittedModel, right: Population, correlation: float, share: float
) -> tuple[Population, int]:
    """The same moments with residuals correlated in pairs of variables half the list apart: of different factors."""
    ram = fit.solution.rams[0]
    p = ram.n_observed
    spread = np.sqrt(np.maximum(np.diag(fit.solution.implied()[0].disturbance)[:p], 0.0))
    free = np.setdiff1d(np.arange(p), ram.exogenous)
    half = len(free) // 2
    count = max(1, round(share * half))
    chosen = np.linspace(0, half - 1, count).round().astype(int)
    first, second = free[chosen], free[chosen + half]
    cov = right.cov[0].copy()
    cov[first, second] += correlation * spread[first] * spread[second]
    cov[second, first] = cov[first, second]
    return Population(right.names, (cov,), right.mean), count


def simulated_indices(
    fit: FittedModel,
    populations: Sequence[Population],
    replications: int,
    seed: int | None,
    workers: int | None,
    progress: parallel.Progress | None,
) -> list[Floats]:
    """RMSEA, SRMR and CFI (R, 3) of the samples whose fit converged, one array per population."""
    system, rams = constraint_system(fit.table), compile_table(fit.table)
    space, n = linear_space(system), int(fit.nobs)
    parts, inverse = parallel.chunks(replications, CHUNK), known_inverse(fit.solution, space)

    def one(task: tuple[Population, np.random.Generator, int]) -> Floats:
        population, rng, count = task
        (moments,) = draw_moments(population, (n,), "n", rng, count)
        got = refit(rams, (moments,), fit.method, system, space, fit.theta, inverse=inverse)
        kept = got.estimate.converged
        sigma = imply(got.rams[0], got.estimate.theta).sigma
        return _indices(fit, moments, sigma, got.estimate.value)[kept]

    tasks = [
        (population, rng, part.stop - part.start)
        for population in populations
        for rng, part in zip(parallel.spawn_generators(seed, len(parts)), parts, strict=True)
    ]
    done = parallel.run(one, tasks, workers=workers, progress=progress)
    found = [np.concatenate(done[k : k + len(parts)]) for k in range(0, len(done), len(parts))]
    for each in found:
        if len(each) < replications / 2:
            raise ModelError(
                f"the model converged in {len(each)} of {replications} simulated samples; no cutoffs"
            )
    return found


def _indices(fit: FittedModel, moments: SampleMoments, sigma: Floats, value: Floats) -> Floats:
    """RMSEA, SRMR and CFI (R, 3) from sample moments (R, p, p), implied ones and F (R,)."""
    p, n, df = sigma.shape[-1], float(fit.nobs), degrees_of_freedom(fit.solution)
    root = np.sqrt(np.einsum("...ii->...i", moments.cov))
    residual = (moments.cov - sigma) / (root[..., :, None] * root[..., None, :])
    count = p * (p + 1) / 2 + (p if fit.solution.rams[0].means else 0)
    squares = (np.sum(residual**2, axis=(-2, -1)) + np.einsum("...ii->...i", residual**2).sum(-1)) / 2
    excess = np.maximum(n * value - df, 0.0)
    independent = 2 * np.log(root).sum(-1) - spd_inverse_logdet(moments.cov)[1]
    worst = np.maximum(n * independent - p * (p - 1) / 2, np.maximum(excess, 1e-300))
    return np.stack([np.sqrt(excess / (df * n)), np.sqrt(squares / count), 1 - excess / worst], axis=-1)


def observed_indices(fit: FittedModel) -> Floats:
    """RMSEA, SRMR and CFI (3,) of a fit, the robust forms where there are any."""
    found = fit.fit_measures
    names = [(f"{name}_robust", f"{name}_scaled", name) for name in INDICES]
    return np.array(
        [
            next((found[each] for each in forms if np.isfinite(found.get(each, np.nan))), np.nan)
            for forms in names
        ]
    )
