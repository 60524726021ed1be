"""The rules by which one quantity is supported, opposite, negligible or undecided."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mlbc_stats.theory.verdicts.decision import Outcome, by_intervals
from mlbc_stats.theory.verdicts.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Levels:
    """Confidence levels of one part: the deciding interval, the inner one, and the one that *opposite* takes."""

    outer: float
    inner: float
    opposite: float


def by_side(quantity: Quantity, sign: int, smallest: float, levels: Levels) -> Outcome:
    """Negligible, supported, opposite or undecided, as :func:`mlbc_stats.theory.decide` has it."""
    outer, inner, wide = (quantity.interval(each) for each in (levels.outer, levels.inner, levels.opposite))
    if not all(math.isfinite(end) for end in (quantity.estimate, *outer, *inner)):
        return Outcome.UNDECIDED
    return by_intervals(outer, inner, sign, smallest, wide)


def not_inferior(quantity: Quantity, sign: int, smallest: float, levels: Levels) -> Outcome:
    """Supported when the inner interval ends above −smallest on the predicted side; opposite when the outer lies below.

    The inner interval of 90 % is a one-sided test at 5 % that less than the margin is lost (Piaggio et al. 2012,
    doi 10.1001/jama.2012.87802). Nothing is negligible: no difference is what is claimed.

    Examples
    --------
    >>> not_inferior(Quantity("kept", -0.3, 0.05), 1, 0.1, Levels(0.95, 0.9, 0.95)).value
    'opposite'
    """
    turned = Quantity(quantity.name, sign * quantity.estimate, quantity.se, draws=sign * quantity.draws)
    lower, upper = turned.interval(levels.inner)[0], turned.interval(levels.opposite)[1]
    if not (math.isfinite(lower) and math.isfinite(upper)):
        return Outcome.UNDECIDED
    if lower > -smallest:
        return Outcome.SUPPORTED
    return Outcome.OPPOSITE if upper < -smallest else Outcome.UNDECIDED


def necessary(quantity: Quantity, sign: int, smallest: float, levels: Levels) -> Outcome:
    """Supported when the effect size reaches the smallest and its p value is below 1 − level.

    Negligible when the upper end of the inner interval stays below the smallest effect. An effect size of necessity is
    never below zero, so nothing is opposite (Dul, van der Laan & Kuik 2020, doi 10.1177/1094428118795272).

    Examples
    --------
    >>> necessary(Quantity("x -> y", 0.25, float("nan"), p=0.004), 1, 0.1, Levels(0.95, 0.9, 0.95)).value
    'supported'
    """
    if quantity.estimate >= smallest and quantity.p < 1 - levels.outer:
        return Outcome.SUPPORTED
    upper = quantity.interval(levels.inner)[1]
    return Outcome.NEGLIGIBLE if upper < smallest else Outcome.UNDECIDED
