"""Intermediate solutions: remainders count only where theory expects the same outcome of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.sets.implicants import OUT, Term, covered
from mlbc_stats.sets.minimization import Minimization, minimize, solved
from mlbc_stats.sets.tabulating import TruthTable, row_numbers
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]
Expectations = Mapping[str, int] | Sequence[int | str] | str
ANY = -1


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Intermediate(Shown):
    """Intermediate solutions, one minimization for each pair of a conservative and a parsimonious solution.

    Attributes
    ----------
    conservative, parsimonious : the two ends.
    expectations : (k,) 1 where presence, 0 where absence is expected to go with the outcome, -1 where neither.
    models : by pair, "C1P1" for the first of each.
    easy : by pair, numbers of the remainders that agree with the expectations.

    Examples
    --------
    >>> from mlbc_stats import sets
    >>> made_up = {"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "C": [1, 0, 0, 0], "Y": [1, 0, 0, 0]}
    >>> found = sets.intermediate(sets.truth_table(made_up, "Y"), "A, B, C")
    >>> type(found).__name__, found.solutions
    ('Intermediate', (('A*B*C',),))
    """

    conservative: Minimization
    parsimonious: Minimization
    expectations: tuple[int, ...]
    models: Mapping[str, Minimization]
    easy: Mapping[str, Array]

    @property
    def solutions(self) -> tuple[tuple[str, ...], ...]:
        """Distinct solutions of all pairs."""
        return tuple(dict.fromkeys(each for model in self.models.values() for each in model.solutions))

    @property
    def table(self) -> pd.DataFrame:
        """Terms of all pairs: model, solution, term, consistency, pri, coverage, unique_coverage, cases."""
        import pandas as pd

        parts = [model.table.assign(model=name) for name, model in self.models.items()]
        rows = pd.concat(parts, ignore_index=True)
        return rows[["model", *[name for name in rows.columns if name != "model"]]]

    def _facts(self) -> Mapping[str, object]:
        names = self.conservative.truth_table.conditions
        wanted = [
            f"{'' if value else '~'}{name}"
            for name, value in zip(names, self.expectations, strict=True)
            if value != ANY
        ]
        return {
            "outcome": self.conservative.truth_table.outcome,
            "expected": ", ".join(wanted) or "nothing",
            "conservative": _first(self.conservative),
            "intermediate": " or ".join(" + ".join(each) for each in self.solutions[:3]),
            "parsimonious": _first(self.parsimonious),
        }


def intermediate(
    table: TruthTable,
    expectations: Expectations,
    explain: str = "1",
    remainders: str = "?",
    most: int = 1000,
) -> Intermediate:
    """Intermediate solutions by easy counterfactuals (Ragin & Sonnett 2005).

    A conservative term loses a condition that its parsimonious superset lacks, where the condition stands against its
    expectation; conditions that agree with the expectation, or of which nothing is expected, stay. Remainders in these
    terms are the easy counterfactuals; with them the table is minimized again. Each pair of tied solutions is a model.

    Parameters
    ----------
    expectations : by condition 1 (presence goes with the outcome), 0 (absence) or "-" (nothing expected): a mapping,
        a sequence or text such as "1, 0, -"; or names, "A, ~B", all others "-".
    explain, remainders, most : as `minimize` has them.

    Raises
    ------
    ModelError : expectations that name no condition, contradict themselves or are too few.
    DataError : as `minimize`.

    Notes
    -----
    In R: ``QCA::minimize(table, include = "?", dir.exp = "A, ~B")``.

    References
    ----------
    Ragin, C. C. & Sonnett, J. (2005). Between complexity and parsimony. In Kropp & Minkenberg (eds.), Vergleichen in
    der Politikwissenschaft. https://doi.org/10.1007/978-3-322-80441-9_9

    Examples
    --------
    >>> from mlbc_stats import sets
    >>> made_up = {"A": [1, 1, 0, 0], "B": [0, 0, 0, 1], "C": [1, 0, 1, 0], "Y": [1, 0, 0, 0]}
    >>> found = intermediate(sets.truth_table(made_up, "Y"), {"A": 1, "B": 1, "C": 1})
    >>> found.conservative.solutions, found.solutions, found.parsimonious.solutions
    ((('A*~B*C',),), (('A*C',),), (('A*C',),))
    """
    wanted = read_expectations(expectations, table.conditions)
    complex_ = minimize(table, "conservative", explain, most=most)
    simple = minimize(table, "parsimonious", explain, remainders, most)
    positive = table.chosen(explain)
    models, easy = {}, {}
    for c, large in enumerate(complex_.solutions, 1):
        for p, small in enumerate(simple.solutions, 1):
            terms = _between(_terms(complex_, large), _terms(simple, small), wanted)
            free = simple.remainders[np.any([covered(term, simple.remainders) for term in terms], axis=0)]
            models[f"C{c}P{p}"] = solved(table, "intermediate", positive, free, most)
            easy[f"C{c}P{p}"] = row_numbers(free)
    return Intermediate(complex_, simple, wanted, models, easy)


def read_expectations(given: Expectations, conditions: Sequence[str]) -> tuple[int, ...]:
    """1, 0 or -1 for each condition."""
    entries: Any = [part.strip() for part in re.split(r"[,;]", given)] if isinstance(given, str) else given
    if isinstance(entries, Mapping):
        return _by_name({str(name): value for name, value in entries.items()}, conditions)
    entries = [str(each) for each in entries]
    if all(each in ("1", "0", "-") for each in entries):
        if len(entries) != len(conditions):
            raise ModelError(
                f"{len(entries)} expectations for {len(conditions)} conditions ({', '.join(conditions)})"
            )
        return _by_name(dict(zip(conditions, entries, strict=True)), conditions)
    names = [
        (each.lstrip("~ "), 0 if each.startswith("~") else 1) for each in entries if each not in ("", "-")
    ]
    if len(dict(names)) < len(names):
        raise ModelError(
            f"expectations {given!r} name a condition twice; name each once, or not at all for either"
        )
    return _by_name(dict(names), conditions)


def _by_name(given: Mapping[str, Any], conditions: Sequence[str]) -> tuple[int, ...]:
    values = {"1": 1, "0": 0, "-": ANY, "-1": ANY}
    for name, value in given.items():
        if name not in conditions:
            raise ModelError(f"no condition {name!r} to expect something of{did_you_mean(name, conditions)}")
        if str(value) not in values:
            raise ModelError(
                f"the expectation of {name} is {value!r}; write 1 (presence), 0 (absence) or '-'"
            )
    return tuple(values[str(given.get(name, "-"))] for name in conditions)


def _between(large: Sequence[Term], small: Sequence[Term], wanted: Sequence[int]) -> list[Term]:
    """Terms between each conservative term and each parsimonious one that contains it."""
    return [
        tuple(
            OUT if other == OUT and value != OUT and expected == 1 - value else value
            for value, other, expected in zip(term, outer, wanted, strict=True)
        )
        for term in large
        for outer in small
        if all(other in (value, OUT) for value, other in zip(term, outer, strict=True))
    ] or list(large)


def _terms(found: Minimization, solution: Sequence[str]) -> list[Term]:
    return [found.terms[found.prime_implicants.index(text)] for text in solution]


def _first(found: Minimization) -> str:
    more = len(found.solutions) - 1
    return " + ".join(found.solutions[0]) + (f" (or {more} more)" if more else "")
