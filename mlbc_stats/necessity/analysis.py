"""Necessary condition analysis: `fit`, data in, effect sizes of conditions out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError, DataWarning, ModelError
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.necessity.ceilings import CEILINGS
from mlbc_stats.necessity.corners import Floats
from mlbc_stats.necessity.effect import Scope, ceiling_zone, effect, step_sizes
from mlbc_stats.necessity.result import Condition, NecessityResult

TESTED = ("ce_fdh", "cr_fdh")
"""Ceilings whose effect sizes are tested by permutations."""
CORNERS = {
    "upper_left": (False, False),
    "upper_right": (True, False),
    "lower_left": (False, True),
    "lower_right": (True, True),
}
FEWEST = 3
CHUNK = 2_000_000
"""Permuted values that are held at once."""


def fit(
    data: Any,
    conditions: str | Sequence[str],
    outcome: str,
    *,
    ceilings: Sequence[str] = TESTED,
    corner: str = "upper_left",
    scope: Mapping[str, tuple[float, float]] | None = None,
    permutations: int = 0,
    orders: Any = None,
    seed: int | None = None,
) -> NecessityResult:
    """How far the outcome is bounded by each condition: necessary condition analysis.

    The effect size is the area above the ceiling, where no case is, as a share of the area where cases could be.

    Parameters
    ----------
    data : table of cases; those that lack a value are left out.
    conditions, outcome : columns.
    ceilings : "ce_fdh" (steps), "cr_fdh" (line through the steps' corners), "ce_vrs" (concave envelope), "cr_vrs",
        "cols", "qr", "c_lp".
    corner : the empty one: "upper_left" (high outcomes need much of the condition), "upper_right", "lower_left" or
        "lower_right".
    scope : possible ranges of variables, ``{"x": (1, 7)}``; those of the data by default.
    permutations : outcomes permuted at random for the test of ce_fdh and cr_fdh; the p value is the share of effects
        at least as large. seed : of these.
    orders : (B, n) instead, the row of the outcome (from 0) that each case receives.

    Returns
    -------
    NecessityResult
        with `table` and `bottleneck`.

    Raises
    ------
    ModelError
        for unknown ceilings, corners and scopes; DataError for variables that do not vary, too few cases, and cases
        outside the scope.

    References
    ----------
    Dul (2016), doi:10.1177/1094428115584005; Dul, van der Laan & Kuik (2020), doi:10.1177/1094428118795272. In R:
    ``NCA::nca_analysis(data, x, y, test.rep = 10000)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import necessity
    >>> rng = np.random.default_rng(1)
    >>> x, w = rng.uniform(size=(2, 100))
    >>> data = {"x": x, "w": w, "y": x * rng.uniform(size=100)}
    >>> found = necessity.fit(data, ["x", "w"], "y", permutations=999, seed=1)
    >>> found.table[["condition", "ceiling", "pvalue"]].round(2).values.tolist()[:2]
    [['x', 'ce_fdh', 0.0], ['x', 'cr_fdh', 0.0]]
    """
    names = [conditions] if isinstance(conditions, str) else list(conditions)
    _check(names, outcome, ceilings, corner)
    _check_scope(scope or {}, [*names, outcome])
    values = read_columns(data, [*names, outcome])
    whole = np.atleast_1d(~np.isnan(values).any(axis=1))
    notes = (
        [] if whole.all() else [f"{int(np.sum(~whole))} of {len(whole)} cases lack a value and were left out"]
    )
    values = values[whole]
    if len(values) < FEWEST:
        raise DataError(f"{len(values)} complete cases: a ceiling needs at least {FEWEST}")
    ranges = [_range(name, values[:, k], scope) for k, name in enumerate([*names, outcome])]
    drawn = _orders(orders, len(values), permutations, seed)
    found = {
        name: _condition(name, values[:, [k, -1]], (ranges[k], ranges[-1]), ceilings, corner, drawn)
        for k, name in enumerate(names)
    }
    for note in notes:
        warnings.warn(note, DataWarning, stacklevel=2)
    return NecessityResult(outcome, len(values), found, tuple(notes))


def _check(names: Sequence[str], outcome: str, ceilings: Sequence[str], corner: str) -> None:
    if not names or len(set(names)) < len(names) or outcome in names:
        raise ModelError(
            f"name different conditions, none of them the outcome {outcome!r}; got {', '.join(names) or 'none'}"
        )
    if isinstance(ceilings, str):
        raise ModelError(f"ceilings={ceilings!r}: give a list, such as ['ce_fdh', 'cr_fdh']")
    for name in ceilings:
        if name not in CEILINGS:
            raise ModelError(f"ceiling {name!r} is not known{did_you_mean(name, list(CEILINGS))}")
    if corner not in CORNERS:
        raise ModelError(f"corner={corner!r} is not known; use one of {', '.join(CORNERS)}")


def _check_scope(scope: Mapping[str, object], names: Sequence[str]) -> None:
    for name in scope:
        if name not in names:
            raise ModelError(
                f"scope of {name!r}, which is neither a condition nor the outcome{did_you_mean(name, names)}"
            )


def _range(name: str, x: Floats, scope: Mapping[str, tuple[float, float]] | None) -> tuple[float, float]:
    low, high = float(x.min()), float(x.max())
    if low == high:
        raise DataError(f"{name} has one value ({low:g}) in all complete cases; it bounds nothing")
    if scope is None or name not in scope:
        return low, high
    given = tuple(map(float, scope[name]))
    if len(given) != 2 or not given[0] < given[1]:
        raise ModelError(f"scope of {name}: expected (lowest, highest), got {scope[name]!r}")
    if given[0] > low or given[1] < high:
        raise DataError(
            f"{name} runs from {low:g} to {high:g}, beyond its scope {given[0]:g} to {given[1]:g}"
        )
    return given[0], given[1]


def _orders(given: Any, n: int, count: int, seed: int | None) -> Floats | None:
    """Rows of the outcome that the cases receive (B, n)."""
    if given is not None:
        orders = np.asarray(given)
        if orders.ndim != 2 or orders.shape[1] != n or not (np.sort(orders, axis=1) == np.arange(n)).all():
            raise ModelError(f"orders: expected rows that each hold the numbers 0 to {n - 1} once")
        return orders.astype(np.intp)
    if count < 0:
        raise ModelError(f"permutations={count}: expected none or a positive number")
    if not count:
        return None
    return np.random.default_rng(seed).permuted(np.tile(np.arange(n), (count, 1)), axis=1)


def _condition(
    name: str,
    cases: Floats,
    ranges: tuple[tuple[float, float], tuple[float, float]],
    wanted: Sequence[str],
    corner: str,
    orders: Floats | None,
) -> Condition:
    turned = CORNERS[corner]
    signs = np.where(turned, -1.0, 1.0)
    x, y = (cases * signs).T
    (x_low, x_high), (y_low, y_high) = (
        (low, high) if sign > 0 else (-high, -low) for (low, high), sign in zip(ranges, signs, strict=True)
    )
    scope = Scope(x_low, x_high, y_low, y_high)
    steps = ceiling_zone(CEILINGS["ce_fdh"](x, y), scope)
    found = {each: CEILINGS[each](x, y) for each in wanted}
    effects = {each: effect(ceiling, x, y, scope, steps) for each, ceiling in found.items()}
    permuted = {} if orders is None else _permuted(x, y, scope, orders)
    return Condition(
        name, x, y, scope, turned, found, effects, {k: v for k, v in permuted.items() if k in wanted}
    )


def _permuted(x: Floats, y: Floats, scope: Scope, orders: Floats) -> dict[str, Floats]:
    rows = max(1, CHUNK // len(x))
    parts = [step_sizes(x, y[orders[first : first + rows]], scope) for first in range(0, len(orders), rows)]
    return {name: np.concatenate([part[k] for part in parts]) for k, name in enumerate(TESTED)}
