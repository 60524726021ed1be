"""How well each level of a two-level model fits by itself: the other level has all its moments free."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.parallel import one_blas_thread
from mlbc_stats.sem.estimation.baseline import fit_moments
from mlbc_stats.sem.estimation.solve import solve
from mlbc_stats.sem.fit_measures.gather import fit_inputs
from mlbc_stats.sem.fit_measures.registry import fit_measures
from mlbc_stats.sem.inference.model_tests import empty_tests, model_tests
from mlbc_stats.sem.results.fitted_model import FittedModel, require_solution
from mlbc_stats.sem.results.levels import require_fixed_slopes
from mlbc_stats.sem.specification.level_moments import INDEPENDENT, KEPT, SATURATED, with_levels

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper")
"""Measures of a level, plain and where the fit has them scaled and robust."""

ITERATIONS = 200


def level_fit(fit: FittedModel) -> pd.DataFrame:
    """Fit of each level of a two-level model by itself, from partially saturated models.

    χ² and the indices of the whole model hardly see the level between clusters, where there are far fewer of them than
    rows. Here all moments of one level are free while the other keeps its model, so that what is left of χ² speaks of
    that level alone; it is compared with uncorrelated variables at that level beside the same free moments.

    Parameters
    ----------
    fit : a converged two-level fit.

    Returns
    -------
    DataFrame
        A row per level (1 within, 2 between): chisq, df, pvalue, cfi, tli, rmsea with its 90 % interval (n counts rows,
        as in lavaan), their scaled and robust forms where the fit has them, srmr of the partially saturated model, and
        srmr_level of that level alone.

    Raises
    ------
    ModelError
        for a fit of one level, or without convergence, and where a label ties parameters of both levels.

    References
    ----------
    Yuan & Bentler (2007), doi:10.1111/j.1467-9531.2007.00182.x; Ryu & West (2009), doi:10.1080/10705510903203466. In R:
    the same models written out.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> unit = np.repeat(np.arange(80), 6)
    >>> v, u = rng.normal(size=(80, 1)) + 0.5 * rng.normal(size=(80, 4)), rng.normal(size=(480, 1))
    >>> items = dict(zip("abcd", (v[unit] + u + rng.normal(size=(480, 4))).T)) | {"unit": unit}
    >>> text = "level: 1\\nf =~ a + b + c + d\\nlevel: 2\\ng =~ a + b + c + d"
    >>> sem.level_fit(sem.fit(text, items, cluster="unit"))["df"].tolist()
    [2.0, 2.0]
    """
    import pandas as pd

    if not fit.table.two_level:
        raise ModelError("level_fit needs a two-level model (level: blocks and cluster=)")
    require_solution(fit, "the fit of each level")
    require_fixed_slopes(fit, "the fit of each level")
    rows = {level: _measures(fit, level) for level in (1, 2)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("level")


def _measures(fit: FittedModel, level: int) -> dict[str, float]:
    """Measures of one level; NaN where its partially saturated model has no solution."""
    other = 3 - level
    table = with_levels(fit.table, {level: KEPT, other: SATURATED})
    with one_blas_thread(), np.errstate(all="ignore"):
        solved = solve(table, fit.moments, replace(fit.method, se="standard"), ITERATIONS)
        solution = replace(solved.solution, method=fit.method)
        baseline = fit_moments(with_levels(fit.table, {level: INDEPENDENT, other: SATURATED}), solution)
        tests = model_tests(solution) if solved.audit.passed else empty_tests(solution)
        found = fit_measures(fit_inputs(solution, baseline, tests, fit.table.exogenous))
    forms = [form for form in ("", "_scaled", "_robust") if f"rmsea{form}" in found]
    names = [name + form for form in forms for name in MEASURES if name + form in found]
    out = {name: found[name] if solved.audit.passed or name == "df" else np.nan for name in names}
    return out | {"srmr": found["srmr"], "srmr_level": found["srmr_within" if level == 1 else "srmr_between"]}
