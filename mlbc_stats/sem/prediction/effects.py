"""The table of direct, indirect and total effects of a fitted model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.inference.functions.effect_values import effect_function, effect_names, list_effects
from mlbc_stats.sem.inference.functions.function_errors import function_columns
from mlbc_stats.sem.inference.standardized import KINDS
from mlbc_stats.sem.results.fitted_model import FittedModel, require_solution
from mlbc_stats.sem.results.levels import EFFECTS_INSTEAD, require_fixed_slopes

if TYPE_CHECKING:
    import pandas as pd


def effects(fit: FittedModel, standardized: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Direct, indirect and total effects among the variables of the regressions (`~`), with errors.

    Formulas: total (I−A)⁻¹ − I, direct A, indirect their difference, over all directed paths of the model (those
    through loadings as well, where a regression explains an indicator). Errors by the fit's own choice: delta method,
    its second order, or Monte Carlo (`se_def`); with ``se="bootstrap"`` use `BootstrapResult.effects`.

    Parameters
    ----------
    fit : a fitted model with regressions.
    standardized : None, or "std_lv", "std_all" or "std_nox"; then errors are of the first or second order.
    level : of the intervals.

    Returns
    -------
    DataFrame
        effect (total, indirect, direct), lhs, op, rhs, group, est, se, z, pvalue, ci_lower, ci_upper; with two levels
        ``level`` after rhs.

    Raises
    ------
    ModelError
        without regressions or without a solution.

    References
    ----------
    Bollen (1987), doi:10.2307/271028; Sobel (1982), doi:10.2307/270723. In R (lavaan 0.7): ``lavEffects(fit)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> x, e, d = np.random.default_rng(1).normal(size=(3, 500))
    >>> m = 0.5 * x + e
    >>> table = sem.effects(sem.fit("m ~ x; y ~ m + x", {"x": x, "m": m, "y": 0.4 * m + d}))
    >>> table[["effect", "lhs", "rhs"]].iloc[[1, 3]].values.tolist()
    [['total', 'y', 'x'], ['indirect', 'y', 'x']]
    """
    import pandas as pd

    require_solution(fit, "effects")
    require_fixed_slopes(fit, "effects", EFFECTS_INSTEAD)
    if standardized is not None and standardized not in KINDS:
        raise ModelError(
            f"standardized={standardized!r} is not known; use one of {', '.join(KINDS)}, or None"
        )
    listed = list_effects(fit.table, fit.solution.rams)
    if not listed:
        raise ModelError("the model has no regressions (~), so there are no effects to list")
    frame = pd.DataFrame(effect_names(fit.table, listed))
    function = effect_function(fit.table, fit.solution.rams, listed, standardized)
    columns = function_columns(function, fit.theta, fit.uncertainty, fit.function_errors, level)
    for name in ("est", "se", "z", "pvalue", "ci_lower", "ci_upper"):
        frame[name] = getattr(columns, name)
    return frame
