"""The bootstrap distribution of a fit, and intervals of what follows from it: one set of draws for everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats import parallel
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.refit import BatchFit
from mlbc_stats.sem.implied.moments import take_batch
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.functions.effect_values import effect_names, effect_values, list_effects
from mlbc_stats.sem.inference.intervals import intervals
from mlbc_stats.sem.inference.parameter_values import explained_rows, row_batches
from mlbc_stats.sem.inference.standardized import KINDS, standardize
from mlbc_stats.sem.resampling.arbitrary import arbitrary
from mlbc_stats.sem.resampling.refits import chunk_of, fit_draws
from mlbc_stats.sem.resampling.resamples import Draw, jackknife_draws, make_draws
from mlbc_stats.sem.results.draws import Draws
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.results.levels import EFFECTS_INSTEAD, require_fixed_slopes, require_one_level
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Samples = tuple[Floats, ...]
"""Sample covariances (B, p, p) per group, correlations of responses y* for ordinal variables."""

Value = Callable[[tuple[Ram, ...], Floats, Samples], Floats]
"""Values (B, k) of something at the models and theta (B, q) of B resamples with their sample covariances."""


@dataclass(frozen=True, repr=False)
class BootstrapResult(Shown, Draws):
    """Bootstrap distribution of a fit.

    Attributes
    ----------
    fit : the fit that was resampled; kind : nonparametric, parametric or bollen_stine.
    theta : (B, q) free parameters, NaN where a resample did not converge.
    rams : the model per group with each resample's covariate moments.
    chisq : (B,) test statistics; NaN with FIML, where each would need its own saturated model.
    converged, admissible : (B,) flags; failures counts the resamples that did not converge.
    seed : what the resamples were drawn with.

    Every table has the columns est, se, bias, ci_lower and ci_upper, over the resamples that converged (NaN with fewer
    than two of them), with intervals of one kind: percentile, basic, normal, bc (bias-corrected) or bca (accelerated by
    the jackknife).

    References
    ----------
    Efron (1987), doi:10.1080/01621459.1987.10478410; Davison & Hinkley (1997), doi:10.1017/CBO9780511802843.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> items = dict(zip("abc", (rng.normal(size=(200, 1)) + rng.normal(size=(200, 3))).T))
    >>> result = sem.bootstrap(sem.cfa("f =~ a + b + c", items), 200, seed=1)
    >>> isinstance(result, sem.BootstrapResult), list(result.parameters("bc").columns[-2:])
    (True, ['ci_lower', 'ci_upper'])
    >>> low, high = result.rsquare().loc["a", ["ci_lower", "ci_upper"]]
    >>> bool(low < result.fit.rsquare["a"] < high)
    True
    """

    fit: FittedModel

    def _facts(self) -> Mapping[str, object]:
        resamples, parameters = self.theta.shape
        told = {
            "kind": self.kind,
            "resamples": resamples,
            "failures": self.failures,
            "parameters": parameters,
        }
        return told | {"seed": self.seed}

    @cached_property
    def rows(self) -> Floats:
        """(B, rows) value of every row of the table."""
        return row_batches(self.fit.table, self.rams, self.theta)

    @cached_property
    def standardized(self) -> Floats:
        """(B, rows) completely standardized value of every row of the table."""
        return row_batches(self.fit.table, self.rams, self.theta, "std_all")

    @property
    def pvalue(self) -> float:
        """Bollen–Stine p value: share of resampled χ² at least as large as the fit's. NaN for other kinds."""
        return self.pvalue_of(self.fit.tests[0].stat)

    def parameters(
        self, interval: str = "percentile", level: float = 0.95, standardized: bool = False
    ) -> pd.DataFrame:
        """Estimates with bootstrap standard errors, bias and intervals: lhs op rhs group label est se bias ci_lower ...

        In R: ``parameterEstimates(fit, boot.ci.type = "perc")``.
        """
        kind = "std_all" if standardized else None
        return self._over_rows(kind, interval, level)

    def standardized_solution(
        self, kind: str = "std_all", interval: str = "percentile", level: float = 0.95
    ) -> pd.DataFrame:
        """The standardized solution of one kind (std_lv, std_all, std_nox), definitions among its rows.

        In R: ``semboottools::standardizedSolution_boot(fit)``.
        """
        if kind not in KINDS:
            raise ModelError(f"kind={kind!r} is not known; use one of {', '.join(KINDS)}")
        return self._over_rows(kind, interval, level)

    def effects(
        self, standardized: str | None = None, interval: str = "percentile", level: float = 0.95
    ) -> pd.DataFrame:
        """Direct, indirect and total effects, as `sem.effects` lists them."""
        import pandas as pd

        require_fixed_slopes(self.fit, "effects", EFFECTS_INSTEAD)
        table = self.fit.table
        listed = list_effects(table, self.fit.solution.rams)
        if not listed:
            raise ModelError("the model has no regressions (~), so there are no effects to list")

        def value(rams: tuple[Ram, ...], theta: Floats, _: Samples) -> Floats:
            return effect_values(table, rams, theta, listed, standardized)

        names = pd.DataFrame(effect_names(table, listed))
        return names.join(self.columns(value, interval, level))

    def rsquare(self, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """R² of every endogenous variable; by name, in several groups by (name, group)."""
        table, places = self.fit.table, explained_rows(self.fit.table)
        at = list(places.values())

        def value(rams: tuple[Ram, ...], theta: Floats, _: Samples) -> Floats:
            return 1 - standardize(table, rams, theta)[:, at]

        frame = self.columns(value, interval, level)
        frame.index = self.fit.rsquare.index
        return frame

    def columns(
        self, value: Value, interval: str = "percentile", level: float = 0.95, sampled: bool = False
    ) -> pd.DataFrame:
        """The table of anything that follows from the model, and with `sampled` from the sample covariances.

        Parameters
        ----------
        value : values (B, k) from the models per group, theta (B, q) and, with `sampled`, covariances (B, p, p) per
            group in the order of ``fit.table.observed``.
        """
        import pandas as pd

        own = tuple(moments.cov[None] for moments in self.fit.moments) if sampled else ()
        estimate = value(self.fit.solution.rams, self.fit.theta[None], own)[0]
        keep = self.converged
        rams = tuple(take_batch(ram, keep) for ram in self.rams)
        covs = tuple(cov[keep] for cov in self.samples) if sampled else ()
        draws = value(rams, self.theta[keep], covs) if keep.any() else np.zeros((0, len(estimate)))
        left = None
        if interval == "bca":
            covs = self._left_samples if sampled else ()
            left = value(self.left_out.rams, self.left_out.estimate.theta, covs)
        lower, upper = intervals(estimate, draws, interval, level, left)
        enough = len(draws) > 1
        se = draws.std(axis=0, ddof=1) if enough else np.full(len(estimate), np.nan)
        known = ~arbitrary(
            self.fit.solution, lambda rams, theta: value(rams, theta, _repeated(own, len(theta))), se
        )
        columns = {
            "se": se,
            "bias": draws.mean(axis=0) - estimate if enough else np.nan,
            "ci_lower": lower,
            "ci_upper": upper,
        }
        masked = {name: np.where(known, each, np.nan) for name, each in columns.items()}
        return pd.DataFrame({"est": estimate, **masked})

    @cached_property
    def left_out(self) -> BatchFit:
        """Refits without one case (or cluster) at a time, behind bca intervals."""
        return fit_draws(self.fit, jackknife_draws(self.fit))

    @cached_property
    def samples(self) -> Samples:
        """Sample covariances (B, p, p) of the resamples per group, drawn again from the seed.

        Raises
        ------
        ModelError
            with FIML, where each resample would need a saturated model of its own.
        """
        return self._covariances(
            make_draws(self.fit, self.kind, len(self.theta), self.seed, chunk_of(self.fit))
        )

    @cached_property
    def _left_samples(self) -> Samples:
        return self._covariances(jackknife_draws(self.fit))

    def _covariances(self, draws: list[Draw]) -> Samples:
        require_one_level(self.fit, "sample covariances of resamples")
        if self.fit.method.fiml:
            raise ModelError(
                "with missing='fiml' resamples have no covariances of their own; what needs them has no interval"
            )
        parts = parallel.run(lambda draw: [moments.cov for moments in draw()], draws)
        return tuple(np.concatenate(covs) for covs in zip(*parts, strict=True))

    def _over_rows(self, kind: str | None, interval: str, level: float) -> pd.DataFrame:
        table = self.fit.table

        def value(rams: tuple[Ram, ...], theta: Floats, _: Samples) -> Floats:
            return row_batches(table, rams, theta, kind)

        frame = self.fit.parameters_with_aux
        names = frame[[name for name in ("lhs", "op", "rhs", "level", "group", "label") if name in frame]]
        return names.join(self.columns(value, interval, level))


def _repeated(covs: Samples, times: int) -> Samples:
    return tuple(np.broadcast_to(cov, (times, *cov.shape[1:])) for cov in covs)
