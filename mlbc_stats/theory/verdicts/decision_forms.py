"""How the outcomes of several coefficients make one verdict: one small function per decision form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from mlbc_stats.errors import DataError
from mlbc_stats.theory.verdicts.decision import Outcome


def combine(form: str, outcomes: Sequence[Outcome]) -> Outcome:
    """Verdict of a proposition from the outcomes of its coefficients.

    Raises
    ------
    DataError
        for a form that the registry of rules does not hold, or a number of outcomes the form cannot take.

    Examples
    --------
    >>> combine("intersection_union", [Outcome.SUPPORTED, Outcome.UNDECIDED]).value
    'undecided'
    """
    if form not in _FORMS:
        raise DataError(f"decision form {form!r} is not served; known forms: {', '.join(_FORMS)}")
    return _FORMS[form](outcomes)


def single(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome of the one coefficient there is."""
    if len(outcomes) != 1:
        raise DataError(f"form 'single' takes one coefficient, got {len(outcomes)}")
    return outcomes[0]


def intersection_union(outcomes: Sequence[Outcome]) -> Outcome:
    """Supported when every part is; opposite when any part is; else negligible when any part is; else undecided.

    The claim "all are positive" is tested by requiring it of every part at the full level, which needs no further
    adjustment (Berger 1982, doi 10.1080/00401706.1982.10487790); one part that is not positive refutes it.

    Examples
    --------
    >>> intersection_union([Outcome.SUPPORTED, Outcome.NEGLIGIBLE]).value
    'negligible'
    """
    if not outcomes:
        raise DataError("form 'intersection_union' takes at least one coefficient, got none")
    refuted = next((each for each in (Outcome.OPPOSITE, Outcome.NEGLIGIBLE) if each in outcomes), None)
    return refuted or (Outcome.SUPPORTED if set(outcomes) == {Outcome.SUPPORTED} else Outcome.UNDECIDED)


_FORMS: Mapping[str, Callable[[Sequence[Outcome]], Outcome]] = MappingProxyType(
    {"single": single, "intersection_union": intersection_union}
)

RULES: Mapping[str, str] = MappingProxyType(
    {
        "single": (
            "Negligible when the {inner:g} % interval of the standardized coefficient lies inside "
            "±{smallest:g}; else supported when the {outer:g} % interval excludes zero on the predicted "
            "side; opposite when it excludes zero on the other side; else undecided. Within a confirmatory "
            "family the {outer:g} % interval is widened by Holm's step-down levels over the whole family."
        ),
        "intersection_union": (
            "Every coefficient is judged by the single-coefficient rule at the full level. The proposition is "
            "supported when all of them are, opposite when any of them is, else negligible when any of them is, "
            "else undecided."
        ),
    }
)


def rule(form: str, smallest: float, level: float, equivalence_level: float) -> str:
    """The decision rule of a form in words, with the levels and the smallest effect it was run at.

    Examples
    --------
    >>> rule("single", 0.1, 0.95, 0.9)[:40]
    'Negligible when the 90 % interval of the'
    """
    return RULES[form].format(inner=100 * equivalence_level, outer=100 * level, smallest=smallest)
