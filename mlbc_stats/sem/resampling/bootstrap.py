"""Bootstrap a fit: every resample is a row of case weights, every fit an element of one batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats import parallel
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import linear_space
from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.estimation.refit import BatchFit, join_fits, refit
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.inference.intervals import intervals
from mlbc_stats.sem.inference.parameter_values import row_batches
from mlbc_stats.sem.resampling.resamples import Draw, jackknife_draws, make_draws
from mlbc_stats.sem.results.draws import Draws
from mlbc_stats.sem.results.fitted_model import FittedModel, require_minimum
from mlbc_stats.sem.rotation.batch import rotate_batch

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 250
"""Resamples fitted together: their matrices stay in cache."""


@dataclass(frozen=True)
class BootstrapResult(Draws):
    """Bootstrap distribution of a fit.

    Attributes
    ----------
    fit : the fit that was resampled; kind : nonparametric, parametric or bollen_stine.
    theta : (B, q) free parameters, NaN where a resample did not converge.
    rams : the model per group with each resample's covariate moments.
    chisq : (B,) test statistics; NaN with FIML, where each would need its own saturated model.
    converged, admissible : (B,) flags; failures counts the resamples that did not converge.
    seed : what the resamples were drawn with.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> items = dict(zip("abc", (rng.normal(size=(200, 1)) + rng.normal(size=(200, 3))).T))
    >>> result = sem.bootstrap(sem.cfa("f =~ a + b + c", items), 200, seed=1)
    >>> isinstance(result, sem.BootstrapResult), list(result.parameters("bc").columns[-2:])
    (True, ['ci_lower', 'ci_upper'])
    """

    fit: FittedModel

    @cached_property
    def rows(self) -> Floats:
        """(B, rows) value of every row of the table."""
        return row_batches(self.fit.table, self.rams, self.theta, standardized=False)

    @cached_property
    def standardized(self) -> Floats:
        """(B, rows) completely standardized value of every row of the table."""
        return row_batches(self.fit.table, self.rams, self.theta, standardized=True)

    @property
    def pvalue(self) -> float:
        """Bollen–Stine p value: share of resampled χ² at least as large as the fit's. NaN for other kinds."""
        return self.pvalue_of(self.fit.tests[0].stat)

    def parameters(
        self, interval: str = "percentile", level: float = 0.95, standardized: bool = False
    ) -> pd.DataFrame:
        """Estimates with bootstrap standard errors, bias and intervals.

        Parameters
        ----------
        interval : percentile, basic, normal, bc (bias-corrected) or bca (accelerated by the jackknife).

        Returns
        -------
        DataFrame
            lhs op rhs group label est se bias ci_lower ci_upper; with fewer than two resamples that converged, NaN in
            place of what they would tell.

        References
        ----------
        Efron (1987), doi:10.1080/01621459.1987.10478410. In R: ``parameterEstimates(fit, boot.ci.type = "perc")``.
        """
        values = self.standardized if standardized else self.rows
        estimates = row_batches(self.fit.table, self.fit.solution.rams, self.fit.theta[None], standardized)[0]
        draws = values[self.converged]
        leave_one_out = self._jackknife(standardized) if interval == "bca" else None
        lower, upper = intervals(estimates, draws, interval, level, leave_one_out)
        frame = self.fit.parameters_with_aux[["lhs", "op", "rhs", "group", "label"]].copy()
        frame["est"] = estimates
        enough = len(draws) > 1
        frame["se"] = draws.std(axis=0, ddof=1) if enough else np.nan
        frame["bias"] = draws.mean(axis=0) - estimates if enough else np.nan
        frame["ci_lower"], frame["ci_upper"] = lower, upper
        return frame

    def _jackknife(self, standardized: bool) -> Floats:
        got = _fit_draws(self.fit, jackknife_draws(self.fit))
        return row_batches(self.fit.table, got.rams, got.estimate.theta, standardized)


def bootstrap(
    fit: FittedModel,
    replications: int = 1000,
    *,
    kind: str = "nonparametric",
    seed: int | None = None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> BootstrapResult:
    """Refit a model to resamples of its data.

    All resamples are moments of one weighted matrix product and one batch of fits, in chunks over threads.

    Parameters
    ----------
    fit : a fit to raw data (parametric draws need none).
    replications : B.
    kind : "nonparametric" (cases, or whole clusters, with replacement within groups), "parametric" (normal with
        the fitted moments) or "bollen_stine" (cases transformed so that the model holds).
    seed : of the resamples; the same seed gives the same result whatever the number of workers.

    Raises
    ------
    ModelError
        for an unknown kind, a fit that did not converge, or a discrepancy whose weights depend on the resample.

    References
    ----------
    Efron & Tibshirani (1993), doi:10.1201/9780429246593; Bollen & Stine (1992), doi:10.1177/0049124192021002004.
    In R: ``lavaan::bootstrapLavaan(fit, R = 1000)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> items = dict(zip("abc", (rng.normal(size=(200, 1)) + rng.normal(size=(200, 3))).T))
    >>> result = bootstrap(sem.cfa("f =~ a + b + c", items), 200, seed=1)
    >>> result.theta.shape, result.failures
    ((200, 6), 0)
    """
    if not fit.converged:
        raise ModelError("the fit did not converge; there is no solution to resample")
    require_minimum(fit, "resamples")
    if fit.method.two_stage:
        raise ModelError("two-stage moments depend on each resample; bootstrap a FIML fit of the same model")
    if fit.method.discrepancy == "WLS":
        raise ModelError(
            "WLS weights depend on each resample; bootstrap an ML, GLS or ULS fit of the same model"
        )
    draws = make_draws(fit, kind, replications, seed, CHUNK)
    got = _fit_draws(fit, draws, workers, progress)
    converged = got.estimate.converged
    theta = np.where(converged[:, None], got.estimate.theta, np.nan)
    return BootstrapResult(
        fit=fit,
        kind=kind,
        theta=theta,
        rams=got.rams,
        chisq=np.where(converged & (not fit.method.fiml), got.estimate.value * fit.nobs, np.nan),
        converged=converged,
        admissible=got.admissible & converged,
        seed=seed,
    )


def _fit_draws(
    fit: FittedModel,
    draws: list[Draw],
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> BatchFit:
    base = fit if fit.rotation is None else fit.rotation.unrotated
    system = constraint_system(base.table)
    space, rams = linear_space(system), compile_table(base.table)

    def one(draw: Draw) -> BatchFit:
        got = refit(rams, draw(), fit.method, system, space, base.theta)
        if fit.rotation is None:
            return got
        return rotate_batch(fit.rotation.plan, fit.rotation.turns, base.solution.rams, base.theta, got)

    return join_fits(parallel.run(one, draws, workers=workers, progress=progress))
