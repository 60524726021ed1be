"""Truth tables: which configurations of conditions have cases, and which are sufficient for the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.counted import counted
from mlbc_stats.errors import DataError
from mlbc_stats.sets.implicants import MOST_CONDITIONS
from mlbc_stats.sets.measures import inclusion, reduction
from mlbc_stats.sets.memberships import SLACK, Memberships, read_memberships, warn
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]
POSITIVE, NEGATIVE, CONTRADICTION, REMAINDER = "1", "0", "C", "?"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class TruthTable(Shown):
    """Configurations of k conditions.

    Attributes
    ----------
    held : memberships of the cases.
    rows : (r, k) configurations with a case or more, as 0 and 1, in the order of their numbers.
    count : (r,) cases with a membership above .5. consistency, pri : (r,) of a row as sufficient for the outcome.
    output : (r,) "1" positive, "0" negative, "C" contradiction, "?" remainder (fewer cases than asked for).
    row_of : (n,) place of each case's row in `rows`; -1 with a membership of exactly .5.
    cuts : consistency, lower consistency, PRI and frequency asked for.
    excluded : numbers of rows that are no remainders, though nobody is in them.
    notes : what a reader must know.

    Examples
    --------
    >>> from mlbc_stats import sets
    >>> table = sets.truth_table({"A": [1, 1, 0], "B": [0, 1, 1], "Y": [1, 1, 0]}, "Y")
    >>> type(table).__name__, table.remainders.tolist()
    ('TruthTable', [[0, 0]])
    """

    held: Memberships
    rows: Array
    count: Array
    consistency: Array
    pri: Array
    output: Array
    row_of: Array
    cuts: tuple[float, float, float, int]
    excluded: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def conditions(self) -> tuple[str, ...]:
        return self.held.conditions

    @property
    def outcome(self) -> str:
        return self.held.outcome

    @property
    def numbers(self) -> Array:
        """(r,) numbers of the rows from 1 to 2^k; the first condition weighs most."""
        return row_numbers(self.rows)

    @property
    def remainders(self) -> Array:
        """(·, k) configurations without cases enough, those set aside left out, in the order of their numbers."""
        every = all_rows(len(self.conditions))
        kept = np.ones(len(every), dtype=bool)
        kept[self.numbers[self.output != REMAINDER] - 1] = False
        kept[[number - 1 for number in self.excluded]] = False
        return every[kept]

    @property
    def table(self) -> pd.DataFrame:
        """Rows with cases: conditions, output, n, consistency, pri, cases; the index holds their numbers."""
        import pandas as pd

        columns: dict[str, Any] = dict(zip(self.conditions, self.rows.T, strict=True))
        columns |= {"output": self.output, "n": self.count, "consistency": self.consistency, "pri": self.pri}
        columns["cases"] = [", ".join(self.cases_of(place)) for place in range(len(self.rows))]
        return pd.DataFrame(columns, index=self.numbers)

    def cases_of(self, place: int) -> list[str]:
        """Names of the cases of one row of `rows`."""
        return [name for name, row in zip(self.held.cases, self.row_of, strict=True) if row == place]

    def chosen(self, outputs: str) -> Array:
        """(·, k) rows of `rows` with an output among the given characters."""
        return self.rows[np.isin(self.output, list(outputs))]

    def _facts(self) -> Mapping[str, object]:
        upper, lower, pri, frequency = self.cuts
        return {
            "outcome": self.outcome,
            "cases": len(self.held.y),
            "cut-offs": f"consistency {upper:g}"
            + (f" (contradictions from {lower:g})" if lower < upper else "")
            + f", PRI {pri:g}, {counted(frequency, 'case')}",
            "rows": f"{(self.output == POSITIVE).sum()} positive, {(self.output == NEGATIVE).sum()} negative, "
            f"{(self.output == CONTRADICTION).sum()} contradictory, {len(self.remainders)} remainders",
            "notes": "; ".join(self.notes),
        }


def truth_table(
    data: Any,
    outcome: str,
    conditions: Sequence[str] | str | None = None,
    consistency: float | tuple[float, float] = 0.8,
    pri: float = 0.0,
    frequency: int = 1,
    exclude: Sequence[int] = (),
    cases: str | None = None,
) -> TruthTable:
    """The truth table of an outcome.

    A row is a configuration of conditions present and absent; a case belongs to the one row in which its membership,
    the least of those in its parts, exceeds .5. A row is positive when its consistency Σ min(x, y)/Σ x over all cases
    and its PRI reach the cut-offs.

    Parameters
    ----------
    data : table of memberships in [0, 1], from `calibrate`; crisp sets are 0 and 1.
    outcome : a column, or an expression such as ``~Y``.
    conditions : columns (a list, or text with commas); all other columns by default; at most 15.
    consistency : cut-off of positive rows; two numbers: rows from the second to the first are contradictions.
    pri : least proportional reduction in inconsistency of positive rows.
    frequency : least number of cases of a row that counts; others are remainders.
    exclude : numbers of rows that are not to serve as remainders (impossible or untenable).
    cases : column with names of cases; the index of a data frame, or row numbers, by default.

    Raises
    ------
    DataError : memberships outside 0 to 1, a condition that never crosses .5, an outcome without members, no case
        that belongs to a row, more than 15 conditions, cut-offs out of range.

    Notes
    -----
    Memberships of exactly .5 are a warning: such a case belongs to no row. In R:
    ``QCA::truthTable(data, outcome, incl.cut = 0.8, n.cut = 1, pri.cut = 0)``.

    Examples
    --------
    >>> made_up = {"A": [0.9, 0.7, 0.2, 0.1], "B": [0.3, 0.6, 0.8, 0.4], "Y": [1.0, 0.8, 0.1, 0.1]}
    >>> truth_table(made_up, "Y").table.round(2).iloc[:, 2:]
      output  n  consistency   pri cases
    1      0  1         0.50  0.25     4
    2      0  1         0.37  0.17     3
    3      1  1         0.93  0.90     1
    4      1  1         0.92  0.87     2
    """
    upper, lower = (consistency, consistency) if isinstance(consistency, int | float) else consistency
    _check_cuts(upper, lower, pri, frequency)
    held = read_memberships(data, outcome, conditions, cases)
    _check_sets(held)
    number, half = _rows_of(held)
    found, place = np.unique(number[~half], return_inverse=True)
    if not len(found):
        raise DataError(
            "every case has a membership of exactly .5 in some condition, so no case belongs to a row; "
            "choose a crossover between values that occur"
        )
    row_of = np.full(len(number), -1)
    row_of[~half] = place
    rows, count = all_rows(held.x.shape[1])[found - 1], np.bincount(place)
    x = np.array([np.where(row == 1, held.x, 1 - held.x).min(axis=1) for row in rows])
    share, reduced = inclusion(x, held.y), reduction(x, held.y)
    output = _outputs(share, reduced, count, (upper, lower, pri, frequency))
    notes = held.notes + _half_notes(held, half)
    warn(notes)
    excluded = _excluded(exclude, 2 ** held.x.shape[1])
    return TruthTable(
        held, rows, count, share, reduced, output, row_of, (upper, lower, pri, frequency), excluded, notes
    )


def all_rows(k: int) -> Array:
    """(2^k, k) configurations in the order of their numbers."""
    return np.arange(2**k)[:, None] >> np.arange(k - 1, -1, -1) & 1


def row_numbers(rows: Array) -> Array:
    """Numbers from 1 of configurations (r, k)."""
    return rows @ (1 << np.arange(rows.shape[1] - 1, -1, -1)) + 1


def _rows_of(held: Memberships) -> tuple[Array, Array]:
    """Number of each case's row, and whether a membership of exactly .5 keeps it from any."""
    half = np.asarray((np.abs(held.x - 0.5) <= SLACK).any(axis=1))
    return row_numbers((held.x > 0.5).astype(int)), half


def _outputs(share: Array, reduced: Array, count: Array, cuts: tuple[float, float, float, int]) -> Array:
    upper, lower, pri, frequency = cuts
    reached = np.ones(len(share), bool) if pri == 0 else np.nan_to_num(reduced, nan=0.0) >= pri - SLACK
    positive = (share >= upper - SLACK) & reached
    doubtful = (share >= lower - SLACK) & (lower < upper)
    known = np.where(positive, POSITIVE, np.where(doubtful, CONTRADICTION, NEGATIVE))
    return np.where(count >= frequency, known, REMAINDER)


def _check_cuts(upper: float, lower: float, pri: float, frequency: int) -> None:
    if not (0 <= lower <= upper <= 1 and 0 <= pri <= 1):
        raise DataError(
            f"consistency {upper:g} and {lower:g} and pri {pri:g} must lie between 0 and 1, the upper cut-off first"
        )
    if frequency < 1 or frequency != int(frequency):
        raise DataError(f"frequency={frequency:g} must be a whole number of cases from 1")


def _check_sets(held: Memberships) -> None:
    if len(held.conditions) > MOST_CONDITIONS:
        raise DataError(
            f"{len(held.conditions)} conditions have {2 ** len(held.conditions):,} configurations; a truth table takes "
            f"at most {MOST_CONDITIONS}, and few cases support more than 4 to 7: choose or join conditions"
        )
    above, below = (held.x > 0.5 + SLACK).any(axis=0), (held.x < 0.5 - SLACK).any(axis=0)
    if constant := [held.conditions[place] for place in np.flatnonzero(above != below)]:
        raise DataError(
            f"{', '.join(constant)} does not vary: no two cases lie on different sides of .5; leave it out, or "
            "calibrate it anew"
        )
    if held.y.max() <= SLACK:
        raise DataError(
            f"the outcome {held.outcome} has no members: every membership is 0; nothing can be explained"
        )


def _half_notes(held: Memberships, half: Array) -> tuple[str, ...]:
    if not half.any():
        return ()
    names = [name for name, no in zip(held.cases, half, strict=True) if no]
    shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    return (
        f"{counted(len(names), 'case')} ({shown}) with a membership of exactly .5 belong to no row; move the "
        "crossover to a value that does not occur",
    )


def _excluded(given: Sequence[int], rows: int) -> tuple[int, ...]:
    numbers = tuple(sorted({int(each) for each in given}))
    if wrong := [each for each in numbers if not 1 <= each <= rows]:
        raise DataError(f"row {wrong[0]} to exclude is not among rows 1 to {rows}")
    return numbers
