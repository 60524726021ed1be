"""Prime implicants of truth-table rows, exactly.

A term is a tuple with 1 (present), 0 (absent) or 2 (left out) for each condition. All 3^k terms of k conditions are
held in one array, so the primes are found without search: a term is an implicant when both halves are, and prime when
leaving out any one more condition gives none.

References
----------
Quine, W. V. (1952). The problem of simplifying truth functions. https://doi.org/10.1080/00029890.1952.11988183
McCluskey, E. J. (1956). Minimization of Boolean functions. https://doi.org/10.1002/j.1538-7305.1956.tb03835.x
"""

from __future__ import annotations

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
