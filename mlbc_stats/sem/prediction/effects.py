"""The table of direct, indirect and total effects of a fitted model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.path_effects import (
    EFFECTS,
    Pair,
    effect_pairs,
    path_effect_slopes,
    path_effects,
)
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.function_errors import Function, by_complex_steps, function_columns
from mlbc_stats.sem.inference.standardized import KINDS, standardizing_factors
from mlbc_stats.sem.results.fitted_model import FittedModel, require_solution
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

if TYPE_CHECKING:
    import pandas as pd

Effect = tuple[str, str, str, int]
"""(kind, target, source, group from 1)."""


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
        effect (total, indirect, direct), lhs, op, rhs, group, est, se, z, pvalue, ci_lower, ci_upper.

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
    require_solution(fit, "effects")
    if standardized is not None and standardized not in KINDS:
        raise ModelError(
            f"standardized={standardized!r} is not known; use one of {', '.join(KINDS)}, or None"
        )
    listed = list_effects(fit.table, fit.solution.rams)
    if not listed:
        raise ModelError("the model has no regressions (~), so there are no effects to list")
    frame = effect_frame(listed)
    function = _function(fit.table, fit.solution.rams, listed, standardized)
    columns = function_columns(function, fit.theta, fit.uncertainty, fit.function_errors, level)
    for name in ("est", "se", "z", "pvalue", "ci_lower", "ci_upper"):
        frame[name] = getattr(columns, name)
    return frame


def list_effects(table: ParameterTable, rams: Sequence[Ram]) -> list[Effect]:
    """Every effect, totals first; those of each kind source by source and group by group."""
    rows = [row for row in table.parameters if row.op == "~"]
    place = {name: i for i, name in enumerate(rams[0].variables)}
    targets = np.array([place[name] for name in dict.fromkeys(row.lhs for row in rows)], dtype=np.intp)
    sources = np.array([place[name] for name in dict.fromkeys(row.rhs for row in rows)], dtype=np.intp)
    pairs: list[tuple[Pair, int]] = [
        (pair, group)
        for group, ram in enumerate(rams, start=1)
        for pair in effect_pairs(ram, targets, sources)
    ]
    return [
        (kind, pair.target, pair.source, group)
        for kind in EFFECTS
        for pair, group in pairs
        if kind in pair.kinds
    ]


def effect_frame(listed: Sequence[Effect]) -> pd.DataFrame:
    """What names each effect: effect, lhs, op, rhs, group."""
    import pandas as pd

    rows = [(kind, target, "~", source, group) for kind, target, source, group in listed]
    return pd.DataFrame(rows, columns=["effect", "lhs", "op", "rhs", "group"])


def effect_values(
    table: ParameterTable,
    rams: Sequence[Ram],
    theta: Floats,
    listed: Sequence[Effect],
    standardized: str | None = None,
) -> Floats:
    """Values (..., k) of the effects at theta (..., q)."""
    out = np.empty((*theta.shape[:-1], len(listed)), dtype=theta.dtype)
    for ram, own, kind, target, source in _by_group(rams, listed):
        found = path_effects(ram, theta, target, source)
        out[..., own] = found[..., kind, np.arange(len(own))]
    if standardized is None:
        return out
    rows = [
        Parameter(t, "~", s, group, 0, "", "", None, None, exo=False, user=0) for _, t, s, group in listed
    ]
    return out * standardizing_factors(rows, table, tuple(rams), theta, standardized)


def _function(
    table: ParameterTable, rams: tuple[Ram, ...], listed: Sequence[Effect], standardized: str | None
) -> Function:
    def values(theta: Floats) -> Floats:
        return effect_values(table, rams, theta, listed, standardized)

    def jacobian(theta: Floats) -> Floats:
        out = np.zeros((len(listed), len(theta)))
        for ram, own, kind, target, source in _by_group(rams, listed):
            out[own] = path_effect_slopes(ram, theta, target, source)[kind, np.arange(len(own))]
        return out

    return Function(values, jacobian) if standardized is None else by_complex_steps(values)


def _by_group(rams: Sequence[Ram], listed: Sequence[Effect]) -> list[tuple[Ram, list[int], Ints, Ints, Ints]]:
    """Per group: its model, the rows of its effects, and their kinds, targets and sources as positions."""
    place = {name: i for i, name in enumerate(rams[0].variables)}
    out = []
    for group, ram in enumerate(rams, start=1):
        own = [i for i, effect in enumerate(listed) if effect[3] == group]
        kinds = np.array([EFFECTS.index(listed[i][0]) for i in own], dtype=np.intp)
        targets = np.array([place[listed[i][1]] for i in own], dtype=np.intp)
        sources = np.array([place[listed[i][2]] for i in own], dtype=np.intp)
        out.append((ram, own, kinds, targets, sources))
    return out
