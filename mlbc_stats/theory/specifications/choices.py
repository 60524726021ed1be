"""The choices of analysis that could have been made otherwise, and their combinations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mlbc_stats.theory.estimation import Estimation

WAYS = (
    ("MLR", "fiml"),
    ("MLR", "listwise"),
    ("ML", "fiml"),
    ("ML", "listwise"),
    ("WLSMV", "pairwise"),
    ("SAM", "listwise"),
)
"""Estimator and treatment of missing answers, the one that `theory.test` takes by default first. Two steps with full
information would take ten times as long as all others together, so they take complete units."""
DEFAULT = Estimation()
EXPLAINED = {
    "MLR": "maximum likelihood, robust errors that allow for organizations",
    "ML": "maximum likelihood, errors of normal theory",
    "WLSMV": "ordered answers by weighted least squares",
    "SAM": "structural after measurement, in two steps; facets in units of their first item",
}


@dataclass(frozen=True, slots=True)
class Specification:
    """One combination of choices.

    Attributes
    ----------
    estimator : MLR, ML, WLSMV or SAM; missing : fiml, listwise or pairwise.
    screened : whether flagged cases are left out; controlled : whether controls join every equation.
    own : how the study itself estimates; the choices with its estimator take its clusters too.

    Examples
    --------
    >>> Specification("ML", "listwise", screened=False, controlled=True).label
    'ML, listwise, all cases, with controls'
    """

    estimator: str
    missing: str
    screened: bool
    controlled: bool
    own: Estimation = DEFAULT

    @property
    def default(self) -> tuple[str, str]:
        """Estimator and treatment of missing answers of the study itself."""
        return estimator_of(self.own), self.own.arguments["missing"]

    @property
    def cases(self) -> str:
        """Which cases are analysed, in a word."""
        return "screened" if self.screened else "all"

    @property
    def controls(self) -> str:
        """Whether controls are held constant, in a word."""
        return "with" if self.controlled else "without"

    @property
    def label(self) -> str:
        """All choices in a line."""
        return f"{self.estimator}, {self.missing}, {self.cases} cases, {self.controls} controls"

    @property
    def asked(self) -> Estimation:
        """What is asked of the estimator; SAM settles its data as ML does."""
        if self.estimator == estimator_of(self.own):
            return replace(self.own, missing=self.missing)
        ordered = self.estimator == "WLSMV"
        plain = self.estimator in ("ML", "SAM")
        return Estimation(
            estimator=None if ordered else "ML" if plain else self.estimator,
            missing=self.missing,
            ordered=ordered,
            cluster="" if plain else self.own.cluster,
        )

    @property
    def data(self) -> tuple[object, ...]:
        """What names the analysed data: specifications that share it can share moments and starting values."""
        alone = self.estimator in ("WLSMV", "SAM")
        return self.screened, self.controlled, self.missing, self.estimator if alone else ""

    def record(self) -> dict[str, Any]:
        """The choices as columns of a table."""
        return {
            "estimator": self.estimator,
            "missing": self.missing,
            "cases": self.cases,
            "controls": self.controls,
        }


def combinations(
    screening: bool, missing: bool, controls: bool, own: Estimation | None = None
) -> tuple[Specification, ...]:
    """Every combination that differs on these data, the default analysis first.

    Parameters
    ----------
    screening : whether it leaves any case out; missing : whether any answer is; controls : whether there are some.
    own : how the study estimates, which is the default analysis; robust maximum likelihood where nothing is given.

    Examples
    --------
    >>> len(combinations(screening=True, missing=True, controls=True))
    24
    >>> [found.label for found in combinations(screening=False, missing=False, controls=False)][:2]
    ['MLR, listwise, all cases, without controls', 'ML, listwise, all cases, without controls']
    >>> combinations(False, True, False, Estimation("MLM", "listwise"))[0].label
    'MLM, listwise, all cases, without controls'
    """
    base = own or DEFAULT
    first = (estimator_of(base), str(base.arguments["missing"]))
    ways = [(name, way if missing else "listwise") for name, way in (first, *WAYS)]
    return tuple(
        Specification(estimator, way, screened, controlled, base)
        for screened in ((True, False) if screening else (False,))
        for controlled in ((False, True) if controls else (False,))
        for estimator, way in dict.fromkeys(ways)
    )


def estimator_of(asked: Estimation) -> str:
    """The estimator that is asked for, or taken where none is.

    Examples
    --------
    >>> estimator_of(Estimation(ordered=True))
    'WLSMV'
    """
    return str(asked.arguments["estimator"])
