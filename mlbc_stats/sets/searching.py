"""Search all combinations of conditions for those that are necessary, or sufficient, for an outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.sets.measures import coverage, inclusion, reduction, relevance
from mlbc_stats.sets.memberships import SLACK, read_memberships, warn

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]
Literals = tuple[tuple[int, int], ...]
"""(condition, 1 present or 0 absent), in the order of conditions."""
MOST_CELLS = 200_000_000


def search(
    data: Any,
    outcome: str,
    relation: str = "necessity",
    conditions: Sequence[str] | str | None = None,
    consistency: float = 0.9,
    coverage: float = 0.6,
    relevance: float = 0.0,
    pri: float = 0.0,
    depth: int | None = None,
) -> pd.DataFrame:
    """Every conjunction and disjunction of conditions that is necessary, or conjunction that is sufficient.

    Necessity: all conjunctions that reach the cut-offs (a conjunction says more than its parts), then those
    disjunctions that do and hold no smaller expression that does. Sufficiency: conjunctions that reach the cut-offs
    and hold no smaller one that does.

    Parameters
    ----------
    relation : "necessity" or "sufficiency".
    consistency, coverage : least values. relevance : least RoN, of necessity. pri : least PRI, of sufficiency.
    depth : most conditions in an expression; all by default.

    Returns
    -------
    table : expression, consistency, relevance or pri, coverage.

    Raises
    ------
    NotServedError : an unknown relation. DataError : too many combinations; memberships that are none.

    Notes
    -----
    In R: ``QCA::superSubset(data, outcome, incl.cut = 0.9, cov.cut = 0.6)``.

    Examples
    --------
    >>> made_up = {"A": [0.9, 0.7, 0.2, 0.1], "B": [0.3, 0.6, 0.8, 0.4], "Y": [0.8, 0.6, 0.1, 0.0]}
    >>> search(made_up, "Y").round(2).to_dict("records")
    [{'expression': 'A', 'consistency': 1.0, 'relevance': 0.84, 'coverage': 0.79}]
    """
    cuts = {"consistency": consistency, "coverage": coverage, "relevance": relevance, "pri": pri}
    for name, cut in cuts.items():
        if not 0 <= cut <= 1:
            raise DataError(f"{name}={cut!r}: expected a cut-off from 0 to 1")
    if relation not in ("necessity", "sufficiency"):
        raise NotServedError(f"relation={relation!r} is not served; use 'necessity' or 'sufficiency'")
    held = read_memberships(data, outcome, conditions)
    warn(held.notes)
    k = len(held.conditions)
    most = min(depth or k, k)
    _check_size(k, most, len(held.y))
    if relation == "sufficiency":
        judge = _judge(_sufficient, held.y, (consistency, pri, coverage))
        found = [(each, "*", values) for each, values in _smallest(held.x, most, np.minimum, judge)]
        return _frame(found, held.conditions, "pri")
    judge = _judge(_necessary, held.y, (consistency, relevance, coverage))
    both = [(each, "*", values) for each, values in _all(held.x, most, np.minimum, judge)]
    single = [each for each, _, _ in both if len(each) == 1]
    either = _smallest(held.x, most, np.maximum, judge, single)
    both += [(each, " + ", values) for each, values in either]
    return _frame(both, held.conditions, "relevance")


Judge = Callable[[Array], tuple[Array, Array]]


def _necessary(x: Array, y: Array) -> Array:
    return np.stack([coverage(x, y), relevance(x, y), inclusion(x, y)], axis=-1)


def _sufficient(x: Array, y: Array) -> Array:
    return np.stack([inclusion(x, y), reduction(x, y), coverage(x, y)], axis=-1)


def _judge(measure: Callable[[Array, Array], Array], y: Array, cuts: tuple[float, float, float]) -> Judge:
    """Measures (m, 3) of expressions (m, n), and which reach all cut-offs; a cut-off of 0 asks for nothing."""
    floor = np.where(np.array(cuts) > 0, np.array(cuts) - SLACK, -np.inf)

    def judge(x: Array) -> tuple[Array, Array]:
        values = measure(x, y)
        reached = np.asarray((np.where(np.isnan(values), -1.0, values) >= floor).all(axis=1))
        return values, reached

    return judge


def _all(x: Array, most: int, join: Any, judge: Judge) -> Iterator[tuple[Literals, Array]]:
    for literals, memberships in _levels(x, most, join):
        values, reached = judge(memberships)
        yield from ((literals[j], values[j]) for j in np.flatnonzero(reached))


def _smallest(
    x: Array, most: int, join: Any, judge: Judge, known: Sequence[Literals] = ()
) -> Iterator[tuple[Literals, Array]]:
    """Those that reach the cut-offs and hold none of the known and of those before."""
    kept = [set(each) for each in known]
    for literals, memberships in _levels(x, most, join):
        values, reached = judge(memberships)
        level = [j for j in np.flatnonzero(reached) if not any(each <= set(literals[j]) for each in kept)]
        kept += [set(literals[j]) for j in level]
        yield from ((literals[j], values[j]) for j in level)


def _levels(x: Array, most: int, join: Any) -> Iterator[tuple[list[Literals], Array]]:
    """Expressions of 1, 2, … conditions with memberships (m, n)."""
    sides = np.stack([1 - x, x])
    for size in range(1, most + 1):
        literals = [
            tuple(zip(chosen, signs, strict=True))
            for chosen in combinations(range(x.shape[1]), size)
            for signs in product((0, 1), repeat=size)
        ]
        places = np.array(literals)
        yield literals, join.reduce([sides[places[:, j, 1], :, places[:, j, 0]] for j in range(size)])


def _check_size(k: int, most: int, n: int) -> None:
    from math import comb

    cells = sum(comb(k, size) * 2**size for size in range(1, most + 1)) * n
    if cells > MOST_CELLS:
        raise DataError(
            f"{cells // n:,} combinations of {k} conditions are too many to search; give depth=3, or fewer conditions"
        )


def _frame(found: Sequence[tuple[Literals, str, Array]], names: Sequence[str], second: str) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (mark.join(names[place] if side else f"~{names[place]}" for place, side in literals), *values)
        for literals, mark, values in found
    ]
    return pd.DataFrame(rows, columns=["expression", "consistency", second, "coverage"])
