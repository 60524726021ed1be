"""Contingency tables of all pairs of ordinal variables, and what is done about their empty cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: Added to the empty cell of a 2 x 2 table, as in lavaan (zero.add = c(0.5, 0)).
ADDED = 0.5


def indicators(codes: Array, categories: int, missing: bool) -> Array:
    """One column per variable and category, 1 where a case is in it.

    Parameters
    ----------
    codes : int array [n, v], -1 where missing.
    categories : largest number C of categories.
    missing : whether a last category of the cases without a value is wanted.

    Returns
    -------
    shown : array [n, v, C] or [n, v, C+1].

    Examples
    --------
    >>> indicators(np.array([[1], [-1]]), 2, True).tolist()
    [[[0.0, 1.0, 0.0]], [[0.0, 0.0, 1.0]]]
    """
    width = categories + missing
    return (np.where(codes < 0, categories, codes)[..., None] == np.arange(width)).astype(float)


def cross_tables(shown: Array, weights: Array | None) -> Array:
    """Weighted counts of every pair of categories of every pair of variables.

    Parameters
    ----------
    shown : array [n, v, c] of `indicators`.
    weights : None, array [n] or array [B, n].

    Returns
    -------
    tables : array [..., v, c, v, c]; [i, :, j, :] is the table of variables i and j, [i, a, i, a] the count of a.

    Examples
    --------
    >>> shown = indicators(np.array([[0, 1], [1, 1]]), 2, False)
    >>> cross_tables(shown, None)[0, :, 1, :].tolist()
    [[0.0, 1.0], [0.0, 1.0]]
    """
    n, v, c = shown.shape
    flat = shown.reshape(n, v * c)
    weighted = flat if weights is None else weights[..., None] * flat
    return np.matmul(flat.T, weighted).reshape(*weighted.shape[:-2], v, c, v, c)


@dataclass(frozen=True, slots=True)
class Filling:
    """What is added to empty cells, by lavaan's options ``zero.add`` and ``zero.keep.margins``.

    Attributes
    ----------
    four, larger : to empty cells of 2 x 2 tables, and of larger ones.
    keep_margins : of 2 x 2 tables with one empty cell: its row and column lose what it gains.
    """

    four: float = ADDED
    larger: float = 0.0
    keep_margins: bool = True


STANDARD = Filling()


def fill_empty(
    tables: Array, rows: Array, columns: Array, filling: Filling = STANDARD
) -> tuple[Array, Array]:
    """Add to empty cells, by default one half to the single empty cell of 2 x 2 tables, keeping the margins.

    Parameters
    ----------
    tables : array [..., P, C, C].
    rows, columns : int arrays [P], categories of the two variables of each table.
    filling : what is added.

    Returns
    -------
    adjusted : array like ``tables``. Where margins are kept, two empty cells on a diagonal (perfect dependence) stay as
        they are.
    filled : bool array [..., P].

    Notes
    -----
    In R: the options ``zero.add = c(0.5, 0)`` and ``zero.keep.margins = TRUE`` of lavaan, its defaults.

    Examples
    --------
    >>> fill_empty(np.array([[[0.0, 3.0], [2.0, 5.0]]]), np.array([2]), np.array([2]))[0].tolist()
    [[[0.5, 2.5], [1.5, 5.5]]]
    """
    binary = (rows == 2) & (columns == 2)
    none = np.zeros(tables.shape[:-2], bool)
    if not (filling.larger or (filling.four and binary.any())):
        return tables, none
    cell = np.arange(tables.shape[-1])
    own = (cell < rows[:, None])[:, :, None] & (cell < columns[:, None])[:, None, :]
    empty = (tables == 0) & own
    added = np.where(binary, 0.0 if filling.keep_margins else filling.four, filling.larger)[:, None, None]
    adjusted = tables + np.where(empty, added, 0.0)
    filled = (empty & (added > 0)).any((-2, -1))
    if not (filling.keep_margins and filling.four and binary.any()):
        return adjusted, filled
    single = binary & (empty.sum((-2, -1)) == 1)
    main = empty[..., 0, 0] | empty[..., 1, 1]
    change = np.where(main, filling.four, -filling.four)[..., None, None] * np.array(
        [[1.0, -1.0], [-1.0, 1.0]]
    )
    adjusted[..., :2, :2] += np.where(single[..., None, None], change, 0.0)
    return adjusted, filled | single
