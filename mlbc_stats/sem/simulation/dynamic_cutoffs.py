"""Cutoffs of fit indices for one-factor models at three degrees of misspecification: dynamic fit index cutoffs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats import parallel
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.simulation.fit_cutoffs import (
    INDICES,
    WORSE,
    check_simulable,
    fitted_population,
    observed_indices,
    simulated_indices,
)
from mlbc_stats.sem.simulation.population import Population
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

SHARES = (1 / 3, 2 / 3, 1.0)
"""Share of the items whose residuals correlate, by level."""
CORRELATION = 0.3
RULES = {"95/5": 0.05, "90/10": 0.10}
"""Misspecified samples that pass, and right ones that are turned away, at most."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DynamicCutoffs(Shown):
    """What the indices of one model look like where it is right, and where it misses more and more.

    Attributes
    ----------
    observed : (3,) RMSEA, SRMR and CFI of the fit. indices : one array (R, 3) a level, the first where it is right.
    pairs : of items with correlated residuals, by level.

    Examples
    --------
    >>> right, wrong = np.zeros((20, 3)), np.full((20, 3), 0.5)
    >>> DynamicCutoffs(np.zeros(3), (right, wrong), (1,)).table["rmsea"].tolist()
    [0.5, nan]
    """

    observed: Floats
    indices: tuple[Floats, ...]
    pairs: tuple[int, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per level and rule: srmr, rmsea, cfi, NaN where right and wrong models cannot be told apart so well.

        A cutoff stands under the strictest rule that holds: at most 5 % of the misspecified samples pass and at most
        5 % of the right ones fail ("95/5"), else 10 % ("90/10"), which is tried where the first fails.
        """
        import pandas as pd

        rows = []
        for level in range(1, len(self.indices)):
            done = np.zeros(len(INDICES), dtype=bool)
            for rule, error in RULES.items():
                found = _cutoffs(self.indices[0], self.indices[level], error)
                kept = np.where(done, np.nan, found)
                done |= np.isfinite(found)
                rows.append({"level": level, "rule": rule, **dict(zip(INDICES, kept.tolist(), strict=True))})
        return pd.DataFrame(rows)

    def quantiles(self, levels: Sequence[float] = (0.05, 0.1, 0.5, 0.9, 0.95)) -> pd.DataFrame:
        """Quantiles of the indices: a column per index and level of misspecification (`srmr_0` where it is right)."""
        import pandas as pd

        columns = {
            f"{name}_{level}": np.quantile(each[:, k], levels)
            for k, name in enumerate(INDICES)
            for level, each in enumerate(self.indices)
        }
        return pd.DataFrame(columns, index=list(levels))


def dynamic_cutoffs(
    fit: FittedModel,
    replications: int = 500,
    *,
    seed: int | None = None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> DynamicCutoffs:
    """Cutoffs of SRMR, RMSEA and CFI for a one-factor model, its loadings and its number of cases, by simulation.

    Samples are drawn where the model is right and where residuals of a third, two thirds and all of the items
    correlate by .3, in disjoint pairs beginning with the items that load least. An index that is worse than the cutoff
    of level 1 says that the model misses at least as much as that.

    Parameters
    ----------
    fit : a converged fit of one factor to continuous items of one group (or to a correlation matrix implied by
        published loadings).
    replications : samples of each kind. seed : the same gives the same cutoffs.

    Raises
    ------
    ModelError
        for a fit that did not converge or has no degrees of freedom.
    NotServedError
        for several factors (`fit_cutoffs` serves them), ordinal items or several groups.

    References
    ----------
    McNeish & Wolf (2022), doi:10.3758/s13428-021-01847-y. In R: ``dynamic::cfaOne(fit)``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": list("abcdef"), "values": (np.eye(6) + 1).tolist()}
    >>> fit = sem.cfa("g =~ a + b + c + d + e + f", sample_cov=cov, sample_nobs=300)
    >>> found = dynamic_cutoffs(fit, 100, seed=1)
    >>> medians = found.quantiles([0.5])
    >>> found.pairs, bool(medians["rmsea_1"].item() < medians["rmsea_2"].item() < medians["rmsea_3"].item())
    ((1, 2, 3), True)
    """
    check_simulable(fit)
    loadings = _standardized_loadings(fit)
    right = fitted_population(fit)
    counts = sorted({max(1, int(share * len(loadings) / 2 + 1e-9)) for share in SHARES})
    order = np.argsort(np.abs(loadings), kind="stable")
    wrong = [_misspecified(fit, right, order, count) for count in counts]
    found = simulated_indices(fit, (right, *wrong), replications, seed, workers, progress)
    return DynamicCutoffs(observed_indices(fit), tuple(found), tuple(counts))


def _standardized_loadings(fit: FittedModel) -> Floats:
    """(p,) of the items in the order of the model's variables."""
    table = fit.table
    measured = {row.rhs for row in table.parameters if row.op == "=~"}
    if len(table.latent) != 1 or set(table.observed) != measured:
        raise NotServedError(
            "dynamic cutoffs are simulated for models of one factor and its items; use fit_cutoffs for others"
        )
    rows = fit.parameters.query("op == '=~'")
    place = {name: k for k, name in enumerate(table.observed)}
    out = np.zeros(len(place))
    out[[place[name] for name in rows["rhs"]]] = rows["std_all"].to_numpy()
    if len(out) < 4:
        raise ModelError(f"{len(out)} items leave no degrees of freedom to judge a misfit by")
    return out


def _misspecified(fit: FittedModel, right: Population, order: Floats, count: int) -> Population:
    """The same moments with the residuals of `count` pairs correlated, of neighbours in the order of loadings."""
    spread = np.sqrt(np.maximum(np.diag(fit.solution.implied()[0].disturbance)[: len(order)], 0.0))
    first, second = order[0 : 2 * count : 2], order[1 : 2 * count : 2]
    cov = right.cov[0].copy()
    cov[first, second] += CORRELATION * spread[first] * spread[second]
    cov[second, first] = cov[first, second]
    if not bool(np.asarray(spd_inverse_logdet(cov)[2])):
        raise ModelError("residuals of this model cannot correlate by .3: its items load too high")
    return Population(right.names, (cov,), right.mean)


def _cutoffs(right: Floats, wrong: Floats, error: float) -> Floats:
    """(3,) the quantile of the wrong samples, NaN where more than `error` of the right ones are beyond it."""
    signs = np.array(WORSE)
    limit = np.quantile(wrong * signs, error, axis=0)
    worst = np.quantile(right * signs, 1 - error, axis=0)
    return np.where(limit >= worst, limit * signs, np.nan)
