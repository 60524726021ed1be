"""Whether the items keep one order of their means whatever the level of the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from mlbc_stats.irt.scalability.coefficients import coefficients, parts
from mlbc_stats.irt.scalability.items import read_scores
from mlbc_stats.irt.scalability.rest_groups import crit, default_size, rest_groups
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ItemOrder(Shown):
    """Violations of an invariant item ordering.

    Attributes
    ----------
    table : one row an item, from the highest mean: `h`, `active` comparisons, `violations`, `largest`, `sum`, `t_max`,
        `significant`, `crit`.
    selection : significant violations of each item at every step of backward selection; NaN once an item is out.
    kept : items without significant violations. h_transposed : how well the kept items are ordered (above .3 for a
        use).

    Examples
    --------
    >>> from mlbc_stats import irt
    >>> answers = {"a": [0, 1, 1, 1] * 30, "b": [0, 0, 1, 1] * 30, "c": [0, 0, 0, 1] * 30}
    >>> found = irt.item_order(answers)
    >>> type(found).__name__, found.kept, round(found.h_transposed, 2)
    ('ItemOrder', ('a', 'b', 'c'), 1.0)
    """

    table: pd.DataFrame
    selection: pd.DataFrame
    kept: tuple[str, ...]
    h_transposed: float

    def _facts(self) -> Mapping[str, object]:
        return {"kept": list(self.kept), "H transposed": self.h_transposed}


def item_order(
    data: Any,
    items: Sequence[str] | None = None,
    least_violation: float | None = None,
    group_size: int | None = None,
    alpha: float = 0.05,
) -> ItemOrder:
    """Manifest invariant item ordering, with backward selection of items.

    For every pair of items, cases are grouped by their score on the others; the item with the lower mean must not have
    the higher one in any group.

    Parameters
    ----------
    data : table (cases, items), whole scores; complete cases enter. items : columns, all by default.
    least_violation : smaller reversals are not counted; .03 times the number of steps of an item by default.
    group_size : least cases in a group. alpha : level of the one-sided paired t tests.

    Notes
    -----
    Ligtvoet et al. (2010), doi:10.1177/0013164409355697. The item with most significant violations goes first, among
    equals the one with the lower H_i. In R: ``mokken::check.iio(X)``.

    Examples
    --------
    >>> answers = {"a": [0, 1, 1, 1] * 30, "b": [0, 0, 1, 1] * 30, "c": [0, 0, 0, 1] * 30}
    >>> item_order(answers).table.violations.tolist()
    [0, 0, 0]
    """
    import pandas as pd

    scores = read_scores(data, items, fewest=3)
    x = scores.x - scores.x.min()
    bound = 0.03 * float(x.max()) if least_violation is None else least_violation
    least = default_size(len(x)) if group_size is None else group_size
    order = np.argsort(-x.mean(axis=0), kind="stable")
    x, names = x[:, order], [scores.names[k] for k in order]
    pairs = {(i, j): _reversals(x, i, j, least, bound) for j in range(len(names)) for i in range(j)}
    h = coefficients(parts(x)).items
    rows = [
        _row(names[i], h[i], [each for pair, each in pairs.items() if i in pair], alpha)
        for i in range(len(names))
    ]
    columns = ["item", "h", "active", "violations", "largest", "sum", "t_max", "significant", "crit"]
    counts, left = _selection(pairs, h, alpha)
    return ItemOrder(
        pd.DataFrame(rows, columns=columns),
        pd.DataFrame(counts.T, index=names, columns=[f"step{k + 1}" for k in range(len(counts))]),
        tuple(names[i] for i in left),
        coefficients(parts(x[:, left].T)).scale,
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Comparisons of a pair, reversals with their t and p."""

    active: int
    found: Array
    t: Array
    p: Array


def _reversals(x: Array, high: int, low: int, least: int, bound: float) -> _Pair:
    group = rest_groups(x.sum(axis=1) - x[:, high] - x[:, low], least)
    gap, size = x[:, low] - x[:, high], np.bincount(group)
    mean = np.bincount(group, gap) / size
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt((np.bincount(group, gap**2) / size - mean**2) * size / (size - 1))
        t = mean / (spread / np.sqrt(size))
    seen = mean > bound
    return _Pair(len(size) - 1, mean[seen], t[seen], stdtr(size[seen] - 1, -t[seen]))


def _row(name: str, h: float, pairs: list[_Pair], alpha: float) -> tuple[Any, ...]:
    found, t, p = (np.concatenate([getattr(each, part) for each in pairs]) for part in ("found", "t", "p"))
    active, sure = sum(each.active for each in pairs), int((p < alpha).sum())
    largest, highest = (float(part.max(initial=0)) for part in (found, t))
    serious = crit(h, active, found, t, sure) if active else float("nan")
    return name, h, active, len(found), largest, float(found.sum()), highest, sure, serious


def _selection(pairs: dict[tuple[int, int], _Pair], h: Array, alpha: float) -> tuple[Array, list[int]]:
    """Significant violations of the items at every step (steps, p), and the items left."""
    p = len(h)
    violations = np.zeros((p, p))
    for (i, j), each in pairs.items():
        violations[i, j] = violations[j, i] = (each.p < alpha).sum()
    left, steps = list(range(p)), []
    while True:
        now = np.full(p, np.nan)
        now[left] = violations[np.ix_(left, left)].sum(1)
        steps.append(now)
        if np.nanmax(now) == 0 or len(left) <= 2:
            return np.array(steps), left
        left.remove(max(left, key=lambda k: (now[k], -h[k])))
