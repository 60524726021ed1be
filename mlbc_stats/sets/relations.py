"""Fit of conditions and expressions as necessary and as sufficient for an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.columns import column_names
from mlbc_stats.sets.language import alternatives, evaluate, names_in, parse, write
from mlbc_stats.sets.measures import coverage, inclusion, reduction, relevance
from mlbc_stats.sets.memberships import Memberships, expression_of, read_memberships, warn
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SetFit(Shown):
    """How an expression fits an outcome.

    Attributes
    ----------
    expression, outcome : texts. n : cases.
    consistency, pri, coverage : of the expression as sufficient.
    necessity_consistency, necessity_coverage, relevance : of the expression as necessary; relevance is RoN.
    terms : texts of its alternatives. x : (t, n) memberships in them; y : (n,) in the outcome.

    Examples
    --------
    >>> from mlbc_stats import sets
    >>> made_up = {"A": [1, 1, 0, 0], "B": [0, 1, 1, 0], "Y": [1, 1, 1, 0]}
    >>> sets.fit_of("A", made_up, "Y").table.shape
    (1, 5)
    >>> type(sets.fit_of("A", made_up, "Y")).__name__
    'SetFit'
    """

    expression: str
    outcome: str
    n: int
    consistency: float
    pri: float
    coverage: float
    necessity_consistency: float
    necessity_coverage: float
    relevance: float
    terms: tuple[str, ...]
    x: Array
    y: Array

    @property
    def unique_coverage(self) -> Array:
        """(t,) coverage that a term alone adds: that of the whole less that of all other terms."""
        every = range(len(self.terms))
        others = [self.x[[j for j in every if j != t]] for t in every]
        rest = [float(coverage(each.max(axis=0), self.y)) if len(each) else 0.0 for each in others]
        return self.coverage - np.array(rest)

    @property
    def table(self) -> pd.DataFrame:
        """One row per alternative as sufficient: term, consistency, pri, coverage, unique_coverage."""
        import pandas as pd

        return pd.DataFrame(
            {
                "term": self.terms,
                "consistency": inclusion(self.x, self.y),
                "pri": reduction(self.x, self.y),
                "coverage": coverage(self.x, self.y),
                "unique_coverage": self.unique_coverage,
            }
        )

    def _facts(self) -> Mapping[str, object]:
        return {
            "claim": f"{self.expression} → {self.outcome}",
            "cases": self.n,
            "sufficient": f"consistency {self.consistency:.3f}, PRI {self.pri:.3f}, coverage {self.coverage:.3f}",
            "necessary": f"consistency {self.necessity_consistency:.3f}, RoN {self.relevance:.3f}, "
            f"coverage {self.necessity_coverage:.3f}",
        }


def fit_of(
    expression: str,
    data: Any,
    outcome: str,
    conditions: Sequence[str] | str | None = None,
) -> SetFit:
    """How well an expression such as ``A*~B + C`` fits an outcome, as sufficient and as necessary.

    Sufficient: consistency Σ min(x, y)/Σ x, coverage Σ min(x, y)/Σ y, and PRI. Necessary: the two change places, with
    the relevance of necessity (Schneider & Wagemann 2012), low for a condition that nearly every case has.

    Parameters
    ----------
    data : table of memberships in [0, 1]; rows with a gap in a column that is used are left out.
    outcome : a column, or an expression such as ``~Y``.
    conditions : columns that the expression may name; those that it names, by default.

    Raises
    ------
    ModelSyntaxError : an expression that cannot be read. DataError : memberships that are none.

    Notes
    -----
    In R: ``QCA::pof("A*~B + C -> Y", data)``.

    Examples
    --------
    >>> made_up = {"A": [0.9, 0.7, 0.2, 0.1], "B": [0.3, 0.6, 0.8, 0.4], "Y": [1.0, 0.8, 0.6, 0.1]}
    >>> found = fit_of("A + A*B", made_up, "Y")
    >>> round(found.consistency, 3), round(found.coverage, 3), found.unique_coverage.round(3).tolist()
    (1.0, 0.76, [0.28, 0.0])
    """
    used = names_in(parse(expression, conditions or column_names(data)))
    held = read_memberships(data, outcome, used)
    warn(held.notes)
    return fit_within(expression, held)


def fit_within(expression: str, held: Memberships) -> SetFit:
    """Fit of an expression to memberships that were read."""
    tree, whole = expression_of(expression, held)
    parts = alternatives(tree)
    x = np.array([evaluate(part, held.columns) for part in parts])
    return SetFit(
        write(tree),
        held.outcome,
        len(held.y),
        float(inclusion(whole, held.y)),
        float(reduction(whole, held.y)),
        float(coverage(whole, held.y)),
        float(coverage(whole, held.y)),
        float(inclusion(whole, held.y)),
        float(relevance(whole, held.y)),
        tuple(write(part) for part in parts),
        x,
        held.y,
    )


def necessity(
    data: Any, outcome: str, conditions: Sequence[str] | str | None = None, complements: bool = True
) -> pd.DataFrame:
    """Each condition and its complement as necessary for an outcome.

    Parameters
    ----------
    data : table of memberships. outcome : a column, or an expression such as ``~Y``.
    conditions : columns, all others by default. complements : whether ``~A`` is listed beside ``A``.

    Returns
    -------
    table : condition, consistency Σ min(x, y)/Σ y, relevance (RoN) Σ (1 − x)/Σ (1 − min(x, y)),
        coverage Σ min(x, y)/Σ x.

    Raises
    ------
    DataError : memberships that are none, unknown columns.

    Notes
    -----
    A consistency of .90 or more is usually asked for, with a relevance well above .5. In R:
    ``QCA::pof(conditions, outcome, relation = "necessity")``.

    Examples
    --------
    >>> made_up = {"A": [0.9, 0.7, 0.2, 0.1], "Y": [0.8, 0.6, 0.1, 0.0]}
    >>> necessity(made_up, "Y").round(2).to_dict("records")[0]
    {'condition': 'A', 'consistency': 1.0, 'relevance': 0.84, 'coverage': 0.79}
    """
    import pandas as pd

    names, x, y = _singles(data, outcome, conditions, complements)
    return pd.DataFrame(
        {
            "condition": names,
            "consistency": coverage(x, y),
            "relevance": relevance(x, y),
            "coverage": inclusion(x, y),
        }
    )


def sufficiency(
    data: Any, outcome: str, conditions: Sequence[str] | str | None = None, complements: bool = True
) -> pd.DataFrame:
    """Each condition and its complement as sufficient for an outcome.

    Parameters
    ----------
    data, outcome, conditions, complements : as `necessity` has them.

    Returns
    -------
    table : condition, consistency Σ min(x, y)/Σ x, pri, coverage Σ min(x, y)/Σ y.

    Notes
    -----
    In R: ``QCA::pof(conditions, outcome, relation = "sufficiency")``.

    Examples
    --------
    >>> made_up = {"A": [0.9, 0.7, 0.2, 0.1], "Y": [1.0, 0.8, 0.1, 0.3]}
    >>> sufficiency(made_up, "Y", complements=False).round(2).to_dict("records")
    [{'condition': 'A', 'consistency': 0.95, 'pri': 0.93, 'coverage': 0.82}]
    """
    import pandas as pd

    names, x, y = _singles(data, outcome, conditions, complements)
    return pd.DataFrame(
        {
            "condition": names,
            "consistency": inclusion(x, y),
            "pri": reduction(x, y),
            "coverage": coverage(x, y),
        }
    )


def _singles(
    data: Any, outcome: str, conditions: Sequence[str] | str | None, complements: bool
) -> tuple[list[str], Array, Array]:
    """Conditions, and complements behind them: names (m,), memberships (m, n) and outcome (n,)."""
    held = read_memberships(data, outcome, conditions)
    warn(held.notes)
    names = list(held.conditions)
    if not complements:
        return names, held.x.T, held.y
    return [*names, *(f"~{name}" for name in names)], np.vstack([held.x.T, 1 - held.x.T]), held.y
