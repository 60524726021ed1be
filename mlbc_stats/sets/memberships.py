"""Read memberships of cases in sets from a table, and say what is wrong with them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.counted import counted
from mlbc_stats.errors import DataError, DataWarning
from mlbc_stats.moments.columns import column, column_names, read_columns
from mlbc_stats.sets.language import Node, evaluate, names_in, parse

Array = NDArray[Any]
SLACK = 1e-9
"""Memberships and cut-offs that differ by rounding are the same."""


@dataclass(frozen=True, slots=True)
class Memberships:
    """Memberships of n cases in k conditions and in an outcome.

    Attributes
    ----------
    conditions : (k,) names. x : (n, k). outcome : its text, `~Y` for the complement. y : (n,).
    cases : (n,) names. notes : what a reader must know.
    """

    conditions: tuple[str, ...]
    x: Array
    outcome: str
    y: Array
    cases: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def columns(self) -> dict[str, Array]:
        """Membership (n,) by condition."""
        return dict(zip(self.conditions, self.x.T, strict=True))


def read_memberships(
    data: Any,
    outcome: str,
    conditions: Sequence[str] | str | None = None,
    cases: str | None = None,
) -> Memberships:
    """Memberships in conditions and outcome; rows with a gap are left out and told.

    Parameters
    ----------
    outcome : a column or an expression of columns, such as `~Y`.
    conditions : columns, or one text with commas; all other columns by default.
    cases : column with names of cases; the index of a data frame, or row numbers from 1, by default.

    Raises
    ------
    DataError : unknown columns, memberships outside 0 to 1, no rows, the outcome among the conditions.
    """
    columns = column_names(data)
    goal = parse(outcome, columns)
    own = names_in(goal)
    if isinstance(conditions, str):
        conditions = [name.strip() for name in conditions.split(",")]
    names = tuple(conditions or (name for name in columns if name not in {*own, cases}))
    _refuse_mixture(names, own, outcome)
    held = list(dict.fromkeys([*names, *own]))
    table = read_columns(data, held)
    whole = np.asarray(~np.isnan(table).any(axis=1))
    table, labels = (
        table[whole],
        [each for each, keep in zip(_labels(data, cases, len(whole)), whole, strict=True) if keep],
    )
    if not len(table):
        raise DataError(f"no row has a membership in each of {', '.join(held)}; expected one row per case")
    _refuse_outside(table, held, labels)
    gaps = len(whole) - len(table)
    notes: tuple[str, ...] = (
        (f"{counted(gaps, 'row')} of {len(whole)} left out: a membership is missing",) if gaps else ()
    )
    values = dict(zip(held, table.T, strict=True))
    x, y = np.column_stack([values[name] for name in names]), evaluate(goal, values)
    if y.max() <= SLACK:
        notes += (f"the outcome {outcome} has no members, so its coverage is not defined",)
    return Memberships(names, x, outcome, y, tuple(labels), notes)


def warn(notes: Sequence[str]) -> None:
    """Give notes as warnings of the user's line."""
    for note in notes:
        warnings.warn(note, DataWarning, stacklevel=3)


def expression_of(text: str, held: Memberships) -> tuple[Node, Array]:
    """Tree of an expression and each case's membership."""
    tree = parse(text, held.conditions)
    return tree, evaluate(tree, held.columns)


def _refuse_mixture(names: Sequence[str], own: Sequence[str], outcome: str) -> None:
    if not names:
        raise DataError(f"no condition beside the outcome {outcome}; give one column or more")
    if shared := [name for name in names if name in own]:
        raise DataError(
            f"{', '.join(shared)} is in the outcome {outcome!r} and among the conditions; name it once"
        )
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if list(names).count(name) > 1})
        raise DataError(f"{', '.join(twice)} stands twice among the conditions; name each once")


def _labels(data: Any, cases: str | None, n: int) -> list[str]:
    if cases is not None:
        return [str(value) for value in column(data, cases)]
    index = list(getattr(data, "index", ()))
    named = len(index) == n and any(isinstance(each, str) for each in index)
    return [str(each) for each in index] if named else [str(k) for k in range(1, n + 1)]


def _refuse_outside(table: Array, names: Sequence[str], labels: Sequence[str]) -> None:
    wrong = (table < -SLACK) | (table > 1 + SLACK)
    if not wrong.any():
        return
    row, place = np.argwhere(wrong)[0]
    raise DataError(
        f"{names[place]} of case {labels[row]} is {table[row, place]:g}; a membership lies between 0 and 1: "
        f"calibrate the column first (sets.calibrate), or name the conditions if it is none"
    )
