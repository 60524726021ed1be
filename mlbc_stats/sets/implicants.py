"""Prime implicants of truth-table rows, exactly, and every smallest choice of them that covers the rows.

A term is a tuple with 1 (present), 0 (absent) or 2 (left out) for each condition. All 3^k terms of k conditions are
held in one array, so the primes are found without search: a term is an implicant when both halves are, and prime when
leaving out any one more condition gives none.

References
----------
Quine, W. V. (1952). The problem of simplifying truth functions. https://doi.org/10.1080/00029890.1952.11988183
McCluskey, E. J. (1956). Minimization of Boolean functions. https://doi.org/10.1002/j.1538-7305.1956.tb03835.x
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Term: TypeAlias = tuple[int, ...]
MOST_CONDITIONS = 15
OUT = 2


def prime_implicants(positive: Array, free: Array) -> tuple[Term, ...]:
    """Prime implicants of rows that cover a positive row, those with few conditions first.

    Parameters
    ----------
    positive, free : (r, k) rows of 0 and 1: those to be covered, and those that may be (remainders).

    Examples
    --------
    >>> prime_implicants(np.array([[1, 0], [1, 1]]), np.empty((0, 2), int))
    ((1, 2),)
    """
    k = positive.shape[1]
    if not len(positive):
        return ()
    wanted = _cube(positive, k)
    allowed = wanted | _cube(free, k)
    for axis in range(k):
        allowed, wanted = _widened(allowed, axis, np.logical_and), _widened(wanted, axis, np.logical_or)
    prime = allowed & wanted
    for axis in range(k):
        prime &= ~np.moveaxis(_larger(allowed, axis), 0, axis)
    terms = [tuple(map(int, term)) for term in np.argwhere(prime)]
    return tuple(sorted(terms, key=_length_then_place))


def covered(term: Term, rows: Array) -> Array:
    """Which rows (r, k) a term covers: (r,) booleans."""
    held = np.array(term)
    return ((rows == held) | (held == OUT)).all(axis=1)


def smallest_covers(sets: Sequence[int], rows: int, most: int) -> tuple[list[tuple[int, ...]], bool]:
    """Every choice of sets of the least number that covers all rows, and whether the list is whole.

    Parameters
    ----------
    sets : each a bit mask of the rows it covers. rows : how many there are. most : choices that are listed.

    Examples
    --------
    >>> smallest_covers([0b011, 0b110, 0b101, 0b100], 3, 100)
    ([(0, 1), (0, 2), (0, 3), (1, 2)], True)
    """
    whole = (1 << rows) - 1
    holders = [[j for j, held in enumerate(sets) if held >> row & 1] for row in range(rows)]
    if not all(holders):
        return [], True
    essential = sorted({each[0] for each in holders if len(each) == 1})
    start = reduce(int.__or__, (sets[j] for j in essential), 0)
    for size in range(len(sets) - len(essential) + 1):
        found: list[tuple[int, ...]] = []
        for extra in _choices(sets, holders, whole & ~start, size, frozenset(essential)):
            found.append(tuple(sorted((*essential, *extra))))
            if len(found) > most:
                return sorted(found[:most]), False
        if found:
            return sorted(found), True
    return [], True


def _choices(
    sets: Sequence[int], holders: Sequence[Sequence[int]], left: int, size: int, barred: frozenset[int]
) -> Iterator[tuple[int, ...]]:
    """Choices of exactly `size` sets that cover what is left, each once: later branches bar earlier sets."""
    if not left:
        if size == 0:
            yield ()
        return
    open_rows = [row for row in range(left.bit_length()) if left >> row & 1]
    widest = max((held & left).bit_count() for j, held in enumerate(sets) if j not in barred) if sets else 0
    if widest * size < len(open_rows):
        return
    row = min(open_rows, key=lambda each: sum(j not in barred for j in holders[each]))
    for j in holders[row]:
        if j not in barred:
            barred |= {j}
            for rest in _choices(sets, holders, left & ~sets[j], size - 1, barred):
                yield (j, *rest)


def _cube(rows: Array, k: int) -> Array:
    """(2,)·k booleans, true at the rows."""
    out = np.zeros((2,) * k, dtype=bool)
    out[tuple(rows.T.astype(int))] = True
    return out


def _widened(values: Array, axis: int, join: Any) -> Array:
    """With a third place on an axis, for the condition left out."""
    both = join(values.take(0, axis), values.take(1, axis))
    return np.concatenate([values, np.expand_dims(both, axis)], axis=axis)


def _larger(allowed: Array, axis: int) -> Array:
    """Whether leaving the axis's condition out is an implicant too; never where it is out already."""
    turned = np.moveaxis(allowed, axis, 0)
    return np.stack([turned[OUT], turned[OUT], np.zeros_like(turned[OUT])])


def _length_then_place(term: Term) -> tuple[int, Term]:
    """Few conditions first; then by the first condition in which they differ: absent, present, left out.

    Terms that name every condition are rows of the table; of those the last comes first, as programs list them.
    """
    literals = sum(each != OUT for each in term)
    return literals, term if literals < len(term) else tuple(-each for each in term)
