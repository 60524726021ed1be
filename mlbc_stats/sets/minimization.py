"""Minimize a truth table: every smallest sum of prime implicants that covers its positive rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.counted import counted
from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.sets.covers import smallest_covers
from mlbc_stats.sets.implicants import OUT, Term, covered, prime_implicants
from mlbc_stats.sets.memberships import warn
from mlbc_stats.sets.relations import SetFit, fit_within
from mlbc_stats.sets.tabulating import REMAINDER, TruthTable, row_numbers
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]
KINDS = ("conservative", "parsimonious")
OUTPUTS = "10C"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Minimization(Shown):
    """Solutions of one truth table.

    Attributes
    ----------
    kind : "conservative", "parsimonious" or "intermediate". truth_table : what was minimized.
    prime_implicants : texts of those that cover a positive row. essential : those in every solution.
    solutions : every smallest choice of prime implicants, each as texts of its terms; more than one are tied.
    terms : prime implicants as tuples of 1 (present), 0 (absent) and 2 (left out).
    remainders : (·, k) configurations without cases that were allowed.
    complete : whether all tied solutions are listed.

    Examples
    --------
    >>> from mlbc_stats import sets
    >>> table = sets.truth_table({"A": [1, 1, 0], "B": [0, 1, 1], "Y": [1, 1, 0]}, "Y")
    >>> found = sets.minimize(table)
    >>> type(found).__name__, found.solutions, found.essential
    ('Minimization', (('A',),), ('A',))
    """

    kind: str
    truth_table: TruthTable
    prime_implicants: tuple[str, ...]
    essential: tuple[str, ...]
    solutions: tuple[tuple[str, ...], ...]
    terms: tuple[Term, ...]
    remainders: Array
    complete: bool

    @property
    def fits(self) -> tuple[SetFit, ...]:
        """Fit of each solution as sufficient for the outcome."""
        return tuple(fit_within(" + ".join(terms), self.truth_table.held) for terms in self.solutions)

    def assumptions(self, solution: int = 0) -> Array:
        """Numbers of the remainders that one solution covers, its simplifying assumptions."""
        terms = [self.terms[self.prime_implicants.index(text)] for text in self.solutions[solution]]
        used = np.any([covered(term, self.remainders) for term in terms], axis=0)
        return row_numbers(self.remainders[used])

    @property
    def table(self) -> pd.DataFrame:
        """One row per term of each solution: solution, term, consistency, pri, coverage, unique_coverage, cases."""
        import pandas as pd

        parts = [fit.table.assign(solution=place) for place, fit in enumerate(self.fits, 1)]
        rows = pd.concat(parts, ignore_index=True)
        rows["cases"] = [", ".join(self._cases(term)) for term in rows["term"]]
        return rows[["solution", *[name for name in rows.columns if name != "solution"]]]

    def _cases(self, text: str) -> list[str]:
        """Cases of the positive rows that a term covers."""
        term = self.terms[self.prime_implicants.index(text)]
        table = self.truth_table
        places = np.flatnonzero(covered(term, table.rows) & (table.output != REMAINDER))
        return [name for place in places for name in table.cases_of(int(place))]

    def _facts(self) -> Mapping[str, object]:
        tied = len(self.solutions)
        first = self.fits[0]
        return {
            "kind": self.kind,
            "outcome": self.truth_table.outcome,
            "solution": " + ".join(self.solutions[0]),
            "tied solutions": f"{tied}{'' if self.complete else ' or more'}, all of the same length; "
            "see .solutions"
            if tied > 1
            else None,
            "fit": f"consistency {first.consistency:.3f}, PRI {first.pri:.3f}, coverage {first.coverage:.3f}",
            "prime implicants": list(self.prime_implicants),
        }


def minimize(
    table: TruthTable,
    kind: str = "conservative",
    explain: str = "1",
    remainders: str = "?",
    most: int = 1000,
) -> Minimization:
    """The smallest sums of products that cover the rows to be explained, exactly, with all ties.

    Prime implicants by Quine and McCluskey's definition, then every cover of least size. A conservative (complex)
    solution uses rows with cases only; a parsimonious one may assume anything of remainders. For what lies between see
    `intermediate`.

    Parameters
    ----------
    kind : "conservative" or "parsimonious".
    explain : outputs to be covered, "1" by default; "1C" with contradictions, "0" for what is not explained.
    remainders : outputs that a parsimonious solution may cover beside them: "?", or "?C" with contradictions.
    most : tied solutions that are listed; more are told.

    Raises
    ------
    DataError : no row has the output to be explained, or every row has it and nothing is left to tell apart.
    NotServedError : an unknown kind or output.

    Notes
    -----
    In R: ``QCA::minimize(table, include = "?", details = TRUE)``.

    References
    ----------
    Ragin, C. C. (1987). The Comparative Method. University of California Press.
    Dusa, A. (2018). Consistency cubes. R Journal, 10(2). https://doi.org/10.32614/RJ-2018-080
    Baumgartner, M. & Thiem, A. (2017). Model ambiguities in configurational comparative research. Sociological
    Methods & Research, 46, 954-987. https://doi.org/10.1177/0049124115610351

    Examples
    --------
    >>> from mlbc_stats import sets
    >>> made_up = {"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "C": [1, 0, 0, 0], "Y": [1, 0, 0, 0]}
    >>> table = sets.truth_table(made_up, "Y")
    >>> minimize(table).solutions, minimize(table, "parsimonious").solutions
    ((('A*B*C',),), (('C',), ('A*B',)))
    """
    if kind not in KINDS:
        raise NotServedError(
            f"kind={kind!r} is not served; use 'conservative', 'parsimonious' or sets.intermediate"
        )
    explained = _outputs(explain, OUTPUTS, "explain")
    free = _outputs(remainders, OUTPUTS + REMAINDER, "remainders") if kind == "parsimonious" else ""
    rows = table.chosen("".join(set(free) - {REMAINDER} - set(explained)))
    if REMAINDER in free:
        rows = np.vstack([table.remainders, rows])
    return solved(table, kind, table.chosen(explained), rows, most)


def solved(table: TruthTable, kind: str, positive: Array, free: Array, most: int = 1000) -> Minimization:
    """Solutions that cover the positive rows (r, k) and none but those and the free ones (f, k)."""
    _check_rows(table, positive)
    terms = prime_implicants(positive, free)
    if terms == ((OUT,) * positive.shape[1],):
        raise DataError(
            "no row with another output is left, so no condition makes a difference; check the cut-offs of the table"
        )
    chosen, complete = smallest_covers(np.array([covered(term, positive) for term in terms]), most)
    texts = tuple(write_term(term, table.conditions) for term in terms)
    common = set.intersection(*(set(each) for each in chosen))
    if not complete:
        warn((f"more than {most} solutions are tied; the first {most} are listed",))
    return Minimization(
        kind,
        table,
        texts,
        tuple(texts[j] for j in sorted(common)),
        tuple(tuple(texts[j] for j in each) for each in chosen),
        terms,
        free,
        complete,
    )


def write_term(term: Sequence[int], conditions: Sequence[str]) -> str:
    """``A*~B`` of (1, 0, 2)."""
    kept = [(name, value) for name, value in zip(conditions, term, strict=True) if value != OUT]
    return "*".join(name if value else f"~{name}" for name, value in kept)


def _outputs(given: str, known: str, argument: str) -> str:
    marks = [mark for mark in given if mark not in ", "]
    if not marks or set(marks) - set(known):
        raise NotServedError(f"{argument}={given!r} is not served; use one or more of {', '.join(known)}")
    return "".join(marks)


def _check_rows(table: TruthTable, positive: Array) -> None:
    if len(positive):
        return
    upper, _, pri, frequency = table.cuts
    best = np.where(table.output == REMAINDER, -np.inf, np.nan_to_num(table.consistency, nan=-np.inf)).max()
    told = (
        f"the best row has consistency {best:.3f}"
        if np.isfinite(best)
        else (f"no row has {counted(frequency, 'case')} or more")
    )
    raise DataError(
        f"no row is to be explained at consistency {upper:g}, PRI {pri:g} and {counted(frequency, 'case')}; {told}"
    )
