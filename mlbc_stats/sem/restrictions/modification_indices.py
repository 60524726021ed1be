"""Modification indices: what χ² would lose if a fixed parameter were freed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.inference.standardized import KINDS, standardizing_factors
from mlbc_stats.sem.ranking import ranked
from mlbc_stats.sem.restrictions.added_parameters import extend
from mlbc_stats.sem.restrictions.determined import determined_sizes
from mlbc_stats.sem.results.fitted_model import require_minimum, require_solution
from mlbc_stats.sem.results.levels import require_fixed_slopes
from mlbc_stats.sem.specification.candidates import extend_table
from mlbc_stats.sem.specification.levels import name_columns
from mlbc_stats.sem.specification.parameter_table import Parameter

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel

OPERATORS = ("=~", "<~", "~", "~~", "~1")


def modification_indices(
    fit: FittedModel,
    *,
    op: str | Sequence[str] = OPERATORS,
    minimum_value: float = 0.0,
    maximum_number: int | None = None,
    information: str = "expected",
) -> pd.DataFrame:
    """Score test and expected change of every parameter that the model fixes or leaves out.

    Nothing is refitted: one information matrix is extended by all candidates, so that equality constraints, groups,
    means and incomplete data enter as in the fit. Two-stage fits are judged by the discrepancy they minimize, which is
    what χ² would lose before its correction (lavaan 0.6-14 mixes in the information of the incomplete rows).

    Parameters
    ----------
    fit : a converged fit; its test may be plain or robust, the indices are the same (they refer to the plain χ²).
    op : operators to list, of ``=~ <~ ~ ~~ ~1``.
    minimum_value : smallest index to list.
    maximum_number : longest list; None for all.
    information : "expected" (lavaan's default, whatever the fit's own) or "observed".

    Returns
    -------
    DataFrame
        One row per candidate, the largest index first, equal ones in the order of the table. lhs, op, rhs, group;
        ``mi`` = n s²/J (χ² with 1 df), ``epc`` = s/J, the change of the parameter; s = −½ ∂F/∂θ and
        J = I₂₂ − I₂₁I₁₁⁻¹I₁₂ per case. sepc_lv, sepc_all, sepc_nox: epc standardized by latent variables, all
        variables, all but covariates; a covariance by the standard deviations of the residuals. Candidates that are
        not identified beside the free parameters (a marker loading, say) are left out, and with ordinal variables
        paths to covariates. A change whose unit the data do not determine is NaN, its index is not.

    Raises
    ------
    ModelError
        for a fit that did not converge, an unknown operator or information.

    References
    ----------
    Sörbom (1989), doi:10.1007/BF02294623. In R: ``modindices(fit, sort. = TRUE)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(3)
    >>> common, pair = rng.normal(size=(500, 1)), rng.normal(size=500)
    >>> items = dict(zip("abcde", (common + rng.normal(size=(500, 5))).T))
    >>> items["a"], items["b"] = items["a"] + pair, items["b"] + pair
    >>> indices = sem.modification_indices(sem.cfa("f =~ a + b + c + d + e", items), op="~~")
    >>> indices[["lhs", "op", "rhs"]].iloc[0].tolist(), bool(indices["mi"].iloc[0] > 30)
    (['a', '~~', 'b'], True)
    """
    import pandas as pd

    require_solution(fit, "modification indices")
    require_fixed_slopes(fit, "modification indices", "test restrictions by sem.compare or sem.wald_test")
    require_minimum(fit, "modification indices")
    if information not in ("expected", "observed"):
        raise ModelError(f"information={information!r} is not known; use 'expected' or 'observed'")
    candidates = [row for row in extend_table(fit.table, _operators(op)) if not _explains_given(fit, row)]
    observed = information == "observed" or (fit.table.two_level and fit.method.fiml)
    got = extend(fit.solution, fit.table, candidates, observed)
    frame = pd.DataFrame(name_columns(fit.table.two_level, candidates)).drop(columns="label")
    frame["mi"] = fit.solution.n * got.score**2 / got.information
    sized = determined_sizes(fit.solution, fit.table, candidates)
    frame["epc"] = epc = np.where(sized, got.score / got.information, np.nan)
    for kind in KINDS:
        frame[kind.replace("std", "sepc")] = epc * _factors(fit, candidates, kind)
    frame = frame[got.identified & (frame["mi"] >= minimum_value)]
    frame = frame.iloc[ranked(-frame["mi"].to_numpy())[:maximum_number]]
    return frame.reset_index(drop=True)


def _explains_given(fit: FittedModel, row: Parameter) -> bool:
    """Ordinal moments are those given the covariates: nothing in them speaks about paths to covariates."""
    return fit.method.ordinal and row.op == "~" and row.lhs in fit.table.exogenous


def _factors(fit: FittedModel, candidates: Sequence[Parameter], kind: str) -> Floats:
    """What standardizes each candidate; a covariate that a path points at is no covariate any more."""
    factors = standardizing_factors(candidates, fit.table, fit.solution.rams, fit.theta, kind)
    if kind != "std_nox":
        return factors
    dependent = [row.op == "~" and row.lhs in fit.table.exogenous for row in candidates]
    whole = standardizing_factors(candidates, fit.table, fit.solution.rams, fit.theta, "std_all")
    return np.where(dependent, whole, factors)


def _operators(op: str | Sequence[str]) -> tuple[str, ...]:
    chosen = (op,) if isinstance(op, str) else tuple(op)
    unknown = [name for name in chosen if name not in OPERATORS]
    if unknown:
        raise ModelError(f"op={unknown[0]!r} is not known; use some of {' '.join(OPERATORS)}")
    return chosen
