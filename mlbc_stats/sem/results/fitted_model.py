"""The result of a fit: inputs and estimates are stored, everything else is derived when asked for."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataWarning, ModelError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.parallel import one_blas_thread
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation.audit import Audit
from mlbc_stats.sem.estimation.baseline import fit_baseline
from mlbc_stats.sem.estimation.scoring import Estimate
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.fit_measures.gather import fit_inputs
from mlbc_stats.sem.fit_measures.registry import fit_measures
from mlbc_stats.sem.inference import parameter_values as estimates
from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.inference.functions.function_errors import Columns, FunctionErrors, read_function_errors
from mlbc_stats.sem.inference.intervals import intervals
from mlbc_stats.sem.inference.intraclass import intraclass
from mlbc_stats.sem.inference.model_tests import empty_tests, model_tests, solution_uncertainty
from mlbc_stats.sem.inference.parameter_values import row_batches
from mlbc_stats.sem.inference.standardized import standardized_kinds
from mlbc_stats.sem.inference.uncertainty import Uncertainty
from mlbc_stats.sem.instrumental.fitted_equations import FittedEquation, instrument_rows, test_rows
from mlbc_stats.sem.results.draws import Draws
from mlbc_stats.sem.results.levels import require_fixed_slopes
from mlbc_stats.sem.rotation.space import Plan
from mlbc_stats.sem.rotation.turns import Turn
from mlbc_stats.sem.specification.levels import level_of, name_columns, plain
from mlbc_stats.sem.specification.parameter_table import ParameterTable

if TYPE_CHECKING:
    import pandas as pd

COUNTS = ("npar", "df", "ntotal")
"""Fit measures that need no solution."""

WITHHELD = (
    "the estimated factor of the test is not positive (or not determined), which happens in samples that are small for "
    "the model; its statistic and indices are withheld. Use estimator='MLM' (complete data of one level), or collect "
    "more cases"
)


@dataclass(frozen=True)
class FittedModel:
    """A fitted structural equation model, as data; `SemResult` adds what is computed from it.

    Attributes
    ----------
    table : the parameter table; estimate : where the optimizer stopped.
    solution : model, data and method joined at the estimate.
    call : the arguments of `fit`, enough to repeat it on other data.
    warnings : everything a reader must know before trusting the numbers, also given as Python warnings.
    doubts : those of them that speak against the solution itself (no convergence, not identified,
        inadmissible), not about the data.
    resampled : the draws behind ``se="bootstrap"``; resampled_test : those behind ``test="bollen.stine"``.
    rotation : how exploratory factors were rotated, with the unrotated fit; None without them.
    row_names : names of the data's rows, where the table has any of its own.
    account : lines of the summary on how the estimates were found, where not by minimizing one discrepancy.
    equations : with ``estimator="IV"`` every equation with its instruments, coefficients and test.
    audit : what was found at the point where the optimizer stopped; it alone decides about `converged`.
    against : what incremental indices compare with: True for the independence model, another solution, False for none.
    """

    table: ParameterTable
    estimate: Estimate
    solution: Solution
    call: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    resampled: Draws | None = None
    resampled_test: Draws | None = None
    rotation: Rotation | None = None
    audit: Audit | None = None
    row_names: Any = None
    equations: tuple[FittedEquation, ...] = ()
    account: tuple[tuple[str, str], ...] = ()
    against: Solution | bool = True

    @property
    def converged(self) -> bool:
        """Whether the optimizer stopped at a minimum within the constraints, as `audit` found."""
        return bool(self.estimate.converged)

    @property
    def identified(self) -> bool:
        """Whether the data determine every parameter; without, estimates are one choice among many."""
        return not bool(self.solution.undetermined.any())

    @property
    def undetermined(self) -> tuple[str, ...]:
        """Names of the parameters that the data do not determine: they span the directions without information."""
        names = estimates.coefficient_names(self.table)
        return tuple(name for name, loose in zip(names, self.solution.undetermined, strict=True) if loose)

    @property
    def method(self) -> Method:
        """Estimator, errors and test."""
        return self.solution.method

    @property
    def moments(self) -> tuple[SampleMoments, ...]:
        """Sample moments per group, as analysed."""
        return self.solution.moments

    @property
    def theta(self) -> Floats:
        """Free parameters (q,), in the table's order."""
        return self.solution.theta

    @property
    def nobs(self) -> int:
        """Cases analysed, all groups."""
        return round(self.solution.n)

    @property
    def group_nobs(self) -> tuple[int, ...]:
        """Cases analysed per group."""
        return tuple(round(float(m.n)) for m in self.moments)

    @property
    def npar(self) -> int:
        """Free parameters after equality constraints."""
        return self.solution.rank

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """Sampling covariance of theta with its bread and meat; that of the draws with ``se="bootstrap"``."""
        with one_blas_thread(), np.errstate(all=None if self.converged else "ignore"):
            found = solution_uncertainty(self.solution)
        if self.resampled is None:
            return found
        draws = self.resampled.theta[self.resampled.converged]
        if len(draws) < 2:
            return replace(found, vcov=np.full_like(found.vcov, np.nan))
        return replace(found, vcov=np.atleast_2d(np.cov(draws, rowvar=False)))

    @property
    def function_errors(self) -> FunctionErrors:
        """How errors of functions of the parameters are found, of definitions (`:=`) and effects."""
        return read_function_errors(self.call)

    @cached_property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the estimates, named by label or lhs-op-rhs; NaN for those the data do not determine.

        In R: ``vcov(fit)``.
        """
        import pandas as pd

        names = estimates.coefficient_names(self.table)
        unknown = self.uncertainty.undetermined
        known = np.where(unknown | unknown[:, None], np.nan, self.uncertainty.vcov)
        return pd.DataFrame(known, index=names, columns=names)

    @cached_property
    def std_errors(self) -> Floats:
        """Standard errors of theta (q,)."""
        return estimates.standard_errors(self.uncertainty)

    @cached_property
    def sigma(self) -> tuple[Floats, ...]:
        """Implied covariance matrix per group, (p, p) in the order of ``table.observed``."""
        return tuple(implied.sigma for implied in self.solution.implied())

    @cached_property
    def mu(self) -> tuple[Floats, ...] | None:
        """Implied means per group (p,), or None without a mean structure."""
        implied = self.solution.implied()
        return None if implied[0].mu is None else tuple(np.asarray(each.mu) for each in implied)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """Estimates with errors, tests, 95 % intervals and standardized values; one row per parameter of the model.

        In R: ``parameterEstimates(fit, standardized = TRUE, remove.nonfree = FALSE)``.
        """
        return self._own(self.parameters_with_aux).drop(columns="auxiliary", errors="ignore")

    @cached_property
    def parameters_with_aux(self) -> pd.DataFrame:
        """`parameters` with the rows of the auxiliary variables, which the column `auxiliary` marks."""
        table, rams = self.table, self.solution.rams
        columns = estimates.estimate_columns(table, rams, self.theta, self.uncertainty, self.function_errors)
        more = self._columns(columns, ("est", "se", "z", "pvalue", "ci_lower", "ci_upper"))
        if self.resampled is not None:
            values = row_batches(table, self.resampled.rams, self.resampled.theta)
            draws = values[self.resampled.converged]
            ends = intervals(columns.est, draws, "percentile", level=0.95)
            known = np.isfinite(columns.se)
            more["ci_lower"], more["ci_upper"] = (np.where(known, end, np.nan) for end in ends)
        more |= standardized_kinds(table, rams, self.theta)
        more["free"] = self._free_numbers()
        if table.auxiliary:
            more["auxiliary"] = self._is_auxiliary()
        return self._rows(more)

    @cached_property
    def standardized(self) -> pd.DataFrame:
        """Completely standardized solution with delta-method errors. In R: ``standardizedSolution(fit)``."""
        return self.standardized_solution("std_all")

    def standardized_solution(self, kind: str = "std_all") -> pd.DataFrame:
        """Standardized solution of one kind (std_lv, std_all, std_nox) with delta-method errors.

        Of the second order with `se_delta_second_order`; of definitions by `se_def`.
        """
        columns = estimates.standardized_columns(
            self.table, self.solution.rams, self.theta, self.uncertainty, kind, self.function_errors
        )
        more = self._columns(columns, ("se", "z", "pvalue", "ci_lower", "ci_upper"))
        return self._own(self._rows({"est_std": columns.est} | more))

    @cached_property
    def tests(self) -> tuple[ChiSquareTest, ...]:
        """The standard χ² test and, for robust estimators, its scaled form; no numbers without convergence.

        In R: ``lavInspect(fit, "test")``.
        """
        if not self.converged:
            return empty_tests(self.solution)
        with one_blas_thread():
            found = model_tests(self.solution if self.rotation is None else self.rotation.unrotated.solution)
        unexplained = self.solution.vcov is None and self.solution.saturated
        if self.method.scaled and found[1].withheld and unexplained:
            warnings.warn(f"{found[1].label}: {WITHHELD}", DataWarning, stacklevel=2)
        if self.resampled_test is None:
            return found
        return *found, replace(
            found[0], test="bollen.stine", pvalue=self.resampled_test.pvalue_of(found[0].stat)
        )

    @cached_property
    def sargan(self) -> pd.DataFrame:
        """Tests that the instruments of each equation do not correlate with its disturbance (``estimator="IV"``).

        Columns lhs, rhs, group, test, stat, df, pvalue; p is NaN where no instrument is to spare. Each p value is that
        of one test, not adjusted for their number.

        References
        ----------
        Sargan (1958), doi:10.2307/1907619.
        """
        import pandas as pd

        return pd.DataFrame(test_rows(self._require_equations("Sargan tests")))

    @cached_property
    def instruments(self) -> pd.DataFrame:
        """Instruments of each equation, latent variables replaced by what stands for them (``estimator="IV"``).

        Columns lhs, rhs, group, lhs_new, rhs_new, type ("miiv": implied by the model, "user": named), instruments.
        """
        import pandas as pd

        return pd.DataFrame(instrument_rows(self._require_equations("instruments")))

    def _require_equations(self, what: str) -> tuple[FittedEquation, ...]:
        if not self.equations:
            raise ModelError(
                f"there are no {what} with estimator={self.method.estimator!r}; fit with estimator='IV'"
            )
        return self.equations

    @cached_property
    def baseline(self) -> Solution:
        """The independence model fitted to the same moments by the same method, or what was given in its place."""
        if isinstance(self.against, Solution):
            return self.against
        require_fixed_slopes(self, "the independence model")
        with one_blas_thread():
            return fit_baseline(self.table, self.solution)

    @cached_property
    def fit_measures(self) -> pd.Series:
        """Every fit index, lavaan's names with dots as underscores; counts alone without convergence.

        In R: ``fitMeasures(fit)``.
        """
        import pandas as pd

        with one_blas_thread(), np.errstate(all=None if self.converged else "ignore"):
            compared = None if self.against is False or self.solution.varying else self.baseline
            found = fit_measures(fit_inputs(self.solution, compared, self.tests, self.table.exogenous))
        if not self.converged:
            found = {name: value if name in COUNTS else np.nan for name, value in found.items()}
        return pd.Series(list(found.values()), index=list(found), dtype=float)

    @cached_property
    def rsquare(self) -> pd.Series:
        """Explained share of each endogenous variable's variance. In R: ``lavInspect(fit, "rsquare")``."""
        import pandas as pd

        values = estimates.standardize(self.table, self.solution.rams, self.theta)
        shares = {
            self._key(*key): 1 - float(values[i]) for key, i in estimates.explained_rows(self.table).items()
        }
        return pd.Series(shares, dtype=float)

    @cached_property
    def intraclass(self) -> pd.DataFrame:
        """Variances within and between clusters, ICC and design effect of every variable of level 1 (two levels only).

        At the maximum of the unrestricted likelihood. In R: ``lavInspect(fit, "icc")``.
        """
        import pandas as pd

        found = intraclass(self.moments)
        if not found:
            raise ModelError(
                "intraclass correlations need a two-level model (level: blocks and cluster=) without random slopes"
            )
        return pd.DataFrame([asdict(each) for each in found])

    def _key(self, name: str, group: int) -> Any:
        """A variable's name, with its level in two-level models and with its group where there are several."""
        parts: tuple[str | int, ...] = (plain(name),)
        parts += (level_of(name),) if self.table.two_level else ()
        parts += () if self.table.n_groups == 1 else (group,)
        return parts[0] if len(parts) == 1 else parts

    def __repr__(self) -> str:
        state = "converged" if self.converged else "NOT CONVERGED"
        return f"<{type(self).__name__} {self.method.estimator}: {self.npar} parameters, n = {self.nobs}, {state}>"

    def _free_numbers(self) -> list[int]:
        """Numbers of the free parameters; in lavaan 0.6 those of the solution before rotation."""
        before = self.rotation is not None and self.method.rules.numbers_before_rotation
        table = self.rotation.plan.before if before and self.rotation else self.table
        return [row.free for row in table.parameters] + [0] * (
            len(self.table.parameters) - len(table.parameters)
        )

    def _is_auxiliary(self) -> list[bool]:
        """Which rows of the table belong to auxiliary variables."""
        added = set(self.table.auxiliary)
        return [row.lhs in added or row.rhs in added for row in self.table.parameters]

    def _own(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of a frame over the whole table that belong to the model itself."""
        return (
            frame[~np.array(self._is_auxiliary())].reset_index(drop=True) if self.table.auxiliary else frame
        )

    def _columns(self, found: Columns, names: Sequence[str]) -> dict[str, Any]:
        """Columns by name; of a fit that did not converge the estimates alone."""
        return {name: getattr(found, name) if self.converged or name == "est" else np.nan for name in names}

    def _rows(self, more: Mapping[str, Any]) -> pd.DataFrame:
        """A table with one row per parameter, these columns after its names."""
        import pandas as pd

        return pd.DataFrame(name_columns(self.table.two_level, self.table.parameters) | dict(more))


@dataclass(frozen=True)
class Rotation:
    """How a solution was rotated.

    Attributes
    ----------
    criterion, orthogonal : what was minimized, over which rotations.
    turns : one per block and group.
    unrotated : the fit before rotation (echelon loadings, uncorrelated factors).
    plan : blocks, criteria and tables.
    """

    criterion: str
    orthogonal: bool
    turns: tuple[Turn, ...]
    unrotated: FittedModel
    plan: Plan


def require_minimum(fit: FittedModel, what: str) -> None:
    """Raise a `ModelError` that names what was asked for, unless the estimates minimize one discrepancy."""
    if fit.solution.vcov is not None:
        raise ModelError(
            f"{what} need estimates that minimize one discrepancy; those of estimator={fit.method.estimator!r} are "
            "made equation by equation or step by step. Fit the same model with sem.fit(..., estimator='ML') for them"
        )


def require_solution(fit: FittedModel, what: str) -> None:
    """Raise a `ModelError` that names what was asked for, unless the fit converged."""
    if not fit.converged:
        raise ModelError(
            f"the fit did not converge, so {what} would mean nothing; see fit.warnings, then simplify the model or "
            "raise max_iter"
        )
