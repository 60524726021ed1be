"""Models in which one parameter of a step of invariance is free, or it alone equal, over groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.comparing.group_effects import Name, markers, values_of
from mlbc_stats.sem.fitting.fit import fit
from mlbc_stats.sem.results.fitted_model import FittedModel

LABEL = "equal_alone"


def set_free(
    model: str,
    data: Any,
    name: Name,
    names: Sequence[Name],
    equal: Sequence[str],
    common: Mapping[str, Any],
) -> FittedModel:
    """The step's model with one parameter free in every group (a mean in all groups but the first)."""
    lhs, op, rhs = name
    if "means" in equal:
        others = [factor for factor, _, _ in names if factor != lhs]
        text = "\n".join([model, *(f"{factor} ~ 0*1" for factor in others)])
        held = [kind for kind in equal if kind != "means"]
        return fit(text, data, group_equal=held, std_lv=True, **common)
    return fit(model, data, group_equal=equal, std_lv=True, **_with_partial(common, [f"{lhs}{op}{rhs}"]))


def equal_alone(
    model: str,
    data: Any,
    parent: FittedModel,
    name: Name,
    names: Sequence[Name],
    equal: Sequence[str],
    common: Mapping[str, Any],
) -> FittedModel:
    """The model of the step before with one parameter equal over groups; a marker's stands for its replacement's."""
    lhs, op, rhs = name
    groups = parent.table.n_groups
    if op == "=~":
        own = [other for other in names if other[0] == lhs]
        kept = own[1] if rhs == markers(parent)[lhs] else name
        partial = [f"{factor}=~{item}" for factor, _, item in names if (factor, "=~", item) != kept]
        return fit(model, data, group_equal=("loadings", *equal), **_with_partial(common, partial))
    held = ", ".join(["0" if lhs in parent.table.latent and op == "~1" else LABEL] * groups)
    line = f"{lhs} ~ c({held})*1" if op == "~1" else f"{lhs} ~~ c({held})*{rhs}"
    return fit(f"{model}\n{line}", data, group_equal=equal, **common)


def group_wald(parent: FittedModel, name: Name) -> tuple[float, int]:
    """Wald statistic of equal values over groups and its degrees of freedom; NaN and 0 for fixed means.

    A marker's loading is taken in units of the next item's: λ₁/λ₂.
    """
    places, values, slopes = values_of(parent, name)
    if not parent.converged or min(places) < 0:
        return np.nan, 0
    contrast = np.hstack([-np.ones((len(values) - 1, 1)), np.eye(len(values) - 1)])
    jacobian: Floats = np.zeros((len(values), len(parent.theta)))
    jacobian[np.arange(len(values)), places] = slopes
    jacobian = contrast @ jacobian
    gap = contrast @ values
    spread = jacobian @ parent.uncertainty.vcov @ jacobian.T
    return float(gap @ np.linalg.solve(spread, gap)), len(gap)


def _with_partial(common: Mapping[str, Any], more: Sequence[str]) -> dict[str, Any]:
    given = common.get("group_partial", ())
    held = [given] if isinstance(given, str) else list(given)
    return {**common, "group_partial": [*held, *more]}
