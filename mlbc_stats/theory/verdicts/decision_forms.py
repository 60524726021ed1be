"""The closed list of decision forms: how quantities are judged, and how their outcomes make one verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from mlbc_stats.errors import DataError
from mlbc_stats.theory.verdicts.decision import Coefficient, Outcome, check_rule, detection_power
from mlbc_stats.theory.verdicts.multiplicity import opposite_level
from mlbc_stats.theory.verdicts.part_rules import Levels, by_side, necessary, not_inferior
from mlbc_stats.theory.verdicts.quantity import Quantity

Part = Callable[[Quantity, int, float, Levels], Outcome]


@dataclass(frozen=True, slots=True)
class Form:
    """A decision form.

    Attributes
    ----------
    part : outcome of one quantity, from (quantity, sign, smallest effect, levels).
    combine : verdict from the outcomes of all quantities.
    rule : both in words, with places for the levels and the smallest effect.
    """

    part: Part
    combine: Callable[[Sequence[Outcome]], Outcome]
    rule: str


def judge(
    form: str,
    quantities: Sequence[Quantity],
    sign: int,
    smallest: float,
    level: float,
    equivalence_level: float,
) -> tuple[tuple[Coefficient, ...], Outcome]:
    """The quantities of a proposition by the rule of its form, and the verdict that they make together.

    Any of k parts makes a joint claim *opposite*, so that each is held to the level ``1 − (1 − level)/k`` there
    (Bonferroni; k counts what a quantity is the smallest of): the claim then comes out opposite by chance no more often
    than a single coefficient does, (1 − level)/2, however the parts depend on one another. *Supported* takes all of
    them, and each at the full level.

    Raises
    ------
    DataError
        an unknown form, sign, smallest effect or level, or a number of quantities that the form cannot take.

    References
    ----------
    Berger (1982), doi 10.1080/00401706.1982.10487790 (all parts); Dunn (1961), doi
    10.1080/01621459.1961.10482090 (any part).

    Examples
    --------
    >>> against, for_it = Quantity("a", -0.21, 0.1), Quantity("b", 0.4, 0.1)
    >>> judge("single", [against], 1, 0.1, 0.95, 0.9)[1].value
    'opposite'
    >>> parts, verdict = judge("intersection_union", [against, for_it], 1, 0.1, 0.95, 0.9)
    >>> [part.outcome.value for part in parts], round(parts[0].opposite_level, 4), verdict.value
    (['undecided', 'supported'], 0.975, 'undecided')
    """
    against = opposite_level(quantities, level)
    parts = tuple(
        judge_part(form, one, sign, smallest, level, equivalence_level, against) for one in quantities
    )
    return parts, combine(form, [part.outcome for part in parts])


def judge_part(
    form: str,
    quantity: Quantity,
    sign: int,
    smallest: float,
    level: float,
    equivalence_level: float,
    opposite: float | None = None,
) -> Coefficient:
    """One quantity with its intervals, power and outcome, by the rule of a form.

    Parameters
    ----------
    opposite : level at which it may speak against the claim (:func:`opposite_level`); by default ``level``, as for a
        quantity by itself.

    Raises
    ------
    DataError
        an unknown form, sign, smallest effect or level.

    Examples
    --------
    >>> judge_part("non_inferiority", Quantity("kept", -0.02, 0.03), 1, 0.1, 0.95, 0.9).outcome.value
    'supported'
    """
    check_rule(sign, smallest, level, equivalence_level)
    levels = Levels(level, equivalence_level, level if opposite is None else opposite)
    (lower, upper), (inner_lower, inner_upper) = (
        quantity.interval(level),
        quantity.interval(equivalence_level),
    )
    part = _form(form).part
    return Coefficient(
        name=quantity.name,
        estimate=quantity.estimate,
        se=quantity.se,
        pvalue=quantity.pvalue,
        level=level,
        opposite_level=levels.opposite,
        lower=lower,
        upper=upper,
        inner_lower=inner_lower,
        inner_upper=inner_upper,
        power=detection_power(smallest, quantity.se, level) if part is by_side else math.nan,
        outcome=part(quantity, sign, smallest, levels),
    )


def combine(form: str, outcomes: Sequence[Outcome]) -> Outcome:
    """Verdict of a proposition from the outcomes of its quantities.

    Raises
    ------
    DataError
        for a form that is not in the list, or a number of outcomes the form cannot take.

    Examples
    --------
    >>> combine("intersection_union", [Outcome.SUPPORTED, Outcome.UNDECIDED]).value
    'undecided'
    """
    return _form(form).combine(outcomes)


def single(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome of the one quantity there is."""
    if len(outcomes) != 1:
        raise DataError(f"form 'single' takes one coefficient, got {len(outcomes)}")
    return outcomes[0]


def intersection_union(outcomes: Sequence[Outcome]) -> Outcome:
    """Supported when every part is; opposite when any part is; else negligible when any part is; else undecided.

    The claim "all are positive" is tested by requiring it of every part at the full level, which needs no further
    adjustment (Berger 1982, doi 10.1080/00401706.1982.10487790); one part that is not positive refutes it, at the level
    of :func:`opposite_level`.

    Examples
    --------
    >>> intersection_union([Outcome.SUPPORTED, Outcome.NEGLIGIBLE]).value
    'negligible'
    """
    if not outcomes:
        raise DataError("a verdict takes at least one quantity, got none")
    refuted = next((each for each in (Outcome.OPPOSITE, Outcome.NEGLIGIBLE) if each in outcomes), None)
    return refuted or (Outcome.SUPPORTED if set(outcomes) == {Outcome.SUPPORTED} else Outcome.UNDECIDED)


AT_A_WIDER_LEVEL = (
    "What makes any of k parts opposite is its interval at the level 1 − α/k (Bonferroni), so that the claim is "
    "opposite by chance no more often than a single coefficient."
)
ALL_OF_THEM = (
    "The proposition is supported when all of them are, opposite when any of them is, else negligible when any of them "
    "is, else undecided. " + AT_A_WIDER_LEVEL
)

FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "single": Form(
            by_side,
            single,
            "Negligible when the {inner:g} % interval of the standardized coefficient lies inside "
            "±{smallest:g}; else supported when the {outer:g} % interval excludes zero on the predicted "
            "side; opposite when it excludes zero on the other side; else undecided. Within a confirmatory "
            "family the {outer:g} % interval is widened by Holm's step-down levels over the whole family.",
        ),
        "intersection_union": Form(
            by_side,
            intersection_union,
            "Every coefficient is judged by the single-coefficient rule at the full level. " + ALL_OF_THEM,
        ),
        "contrast": Form(
            by_side,
            intersection_union,
            "Every difference of coefficients, turned so that the claim puts it above zero, is judged by the "
            "single-coefficient rule at the full level. " + ALL_OF_THEM,
        ),
        "non_inferiority": Form(
            not_inferior,
            intersection_union,
            "A difference, turned so that a loss is below zero, is supported when the lower end of its {inner:g} % "
            "interval lies above −{smallest:g} (one-sided), opposite when its {outer:g} % interval lies below "
            "−{smallest:g}, else undecided. The proposition is supported when all of them are, opposite when any is. "
            + AT_A_WIDER_LEVEL,
        ),
        "ordered_steps": Form(
            by_side,
            intersection_union,
            "Every step is a standardized difference of neighbours, judged by the single-coefficient rule at the full "
            "level. " + ALL_OF_THEM,
        ),
        "necessity": Form(
            necessary,
            intersection_union,
            "A condition is supported when its effect size is {smallest:g} or more and its permutation p below "
            "{alpha:g}; negligible when the upper end of the {inner:g} % interval stays below {smallest:g}; else "
            "undecided. The proposition is supported when all of them are, else negligible when any of them is, else "
            "undecided.",
        ),
        "model_comparison": Form(
            by_side,
            intersection_union,
            "Against every rival, the mean difference of the log-likelihood of a case, with BIC's penalty (Vuong), is "
            "negligible when its {inner:g} % interval lies inside ±{smallest:g}; supported when the {outer:g} % one "
            "lies above zero, opposite when below, else undecided. " + ALL_OF_THEM,
        ),
        "hazard": Form(
            by_side,
            single,
            "The change of the log odds per standard deviation is negligible when its {inner:g} % interval lies inside "
            "±{smallest:g}; supported when the {outer:g} % interval excludes zero on the predicted side, opposite when "
            "on the other side, else undecided.",
        ),
    }
)
"""The closed list, in the order of the registry's schema."""
OF_COEFFICIENTS = ("single", "intersection_union", "contrast", "ordered_steps")
"""Forms that rest on the single-coefficient rule."""


def rule(form: str, smallest: float, level: float, equivalence_level: float) -> str:
    """The decision rule of a form in words, with the levels and the smallest effect it was run at.

    Examples
    --------
    >>> rule("single", 0.1, 0.95, 0.9)[:40]
    'Negligible when the 90 % interval of the'
    """
    return _form(form).rule.format(
        inner=100 * equivalence_level, outer=100 * level, smallest=smallest, alpha=round(1 - level, 10)
    )


def _form(name: str) -> Form:
    if name not in FORMS:
        raise DataError(f"decision form {name!r} is not served; known forms: {', '.join(FORMS)}")
    return FORMS[name]
