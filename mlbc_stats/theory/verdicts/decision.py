"""One coefficient and its interval become a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import ndtr, ndtri

from mlbc_stats.errors import DataError
from mlbc_stats.showing import Shown

SMALLEST_EFFECT = 0.10
LEVEL = 0.95
EQUIVALENCE_LEVEL = 0.90


class Outcome(StrEnum):
    """The four verdicts, and that there is none; a p value alone never gives one.

    Examples
    --------
    >>> Outcome("supported") == "supported"
    True
    """

    SUPPORTED = "supported"
    OPPOSITE = "opposite"
    NEGLIGIBLE = "negligible"
    UNDECIDED = "undecided"
    NOT_TESTABLE = "not testable here"


def decide(
    estimate: float,
    se: float,
    sign: int,
    smallest: float = SMALLEST_EFFECT,
    level: float = LEVEL,
    equivalence_level: float = EQUIVALENCE_LEVEL,
) -> Outcome:
    """Verdict on one standardized coefficient.

    With intervals ``estimate ± z·se`` the rule is, in this order:

    1. *negligible* when the ``equivalence_level`` interval lies inside ``(-smallest, smallest)``
       (two one-sided tests);
    2. *supported* when the ``level`` interval excludes zero on the predicted side;
    3. *opposite* when it excludes zero on the other side;
    4. *undecided* otherwise, and whenever estimate or standard error is not a finite number.

    Parameters
    ----------
    estimate : standardized coefficient.
    se : its standard error (delta method), same scale; zero is allowed.
    sign : +1 or -1, the predicted side; 0 where none is, and an effect on either side supports.
    smallest : smallest effect of interest, on the standardized scale, positive.
    level : confidence level of the deciding interval; inside a confirmatory family the level
        `mlbc_stats.theory.holm_levels` gives.
    equivalence_level : confidence level of the interval that must fit inside ``± smallest``.

    Raises
    ------
    DataError
        a sign other than ±1 and 0, a smallest effect that is not positive, a level outside (0, 1).

    References
    ----------
    Schuirmann (1987), doi 10.1007/BF01068419; Lakens (2017), doi 10.1177/1948550617697177.

    Examples
    --------
    >>> decide(-0.30, 0.05, sign=-1).value
    'supported'
    >>> decide(0.30, 0.05, sign=-1).value
    'opposite'
    >>> decide(0.01, 0.04, sign=1).value
    'negligible'
    >>> decide(0.10, 0.08, sign=1).value
    'undecided'
    """
    check_rule(sign, smallest, level, equivalence_level)
    if not (math.isfinite(estimate) and math.isfinite(se) and se >= 0):
        return Outcome.UNDECIDED
    return by_intervals(
        interval(estimate, se, level), interval(estimate, se, equivalence_level), sign, smallest
    )


def by_intervals(
    outer: tuple[float, float],
    inner: tuple[float, float],
    sign: int,
    smallest: float,
    wide: tuple[float, float] | None = None,
) -> Outcome:
    """The rule of :func:`decide` on intervals of any kind: the deciding one and the inner one.

    ``wide`` is the interval that must exclude zero for *opposite*, where a part of a joint claim is judged; by default
    the deciding one.

    Examples
    --------
    >>> by_intervals((0.1, 0.4), (0.15, 0.35), 0, 0.1).value
    'supported'
    >>> by_intervals((-0.4, -0.1), (-0.35, -0.15), 1, 0.1, wide=(-0.55, 0.05)).value
    'undecided'
    """
    if -smallest < inner[0] and inner[1] < smallest:
        return Outcome.NEGLIGIBLE
    if _side(outer) and sign in (0, _side(outer)):
        return Outcome.SUPPORTED
    against = _side(outer if wide is None else wide)
    return Outcome.OPPOSITE if sign and against == -sign else Outcome.UNDECIDED


def _side(ends: tuple[float, float]) -> int:
    """On which side of zero an interval lies; 0 where it holds zero."""
    return int(ends[0] > 0) - int(ends[1] < 0)


def interval(estimate: float, se: float, level: float) -> tuple[float, float]:
    """Normal interval ``estimate ± z·se`` with ``z = Φ⁻¹((1 + level) / 2)``.

    Examples
    --------
    >>> [round(end, 2) for end in interval(0.0, 1.0, 0.95)]
    [-1.96, 1.96]
    """
    half = float(ndtri((1 + level) / 2)) * se
    return estimate - half, estimate + half


def detection_power(smallest: float, se: float, level: float = LEVEL) -> float:
    """Chance that the ``level`` interval excludes zero when the true effect is ``smallest``.

    ``Φ(δ/se − z) + Φ(−δ/se − z)``, two-sided and normal, with the standard error this sample achieved. It
    speaks of the design at this n, not of the estimate found; NaN without a standard error.

    Examples
    --------
    >>> round(detection_power(0.10, 0.0357), 2)
    0.8
    """
    if not (math.isfinite(se) and se > 0):
        return math.nan
    z, shift = float(ndtri((1 + level) / 2)), smallest / se
    return float(ndtr(shift - z) + ndtr(-shift - z))


def two_sided_p(estimate: float, se: float) -> float:
    """Two-sided normal p value of ``estimate / se``; NaN without a standard error.

    Examples
    --------
    >>> round(two_sided_p(1.96, 1.0), 3)
    0.05
    """
    if not (math.isfinite(estimate) and math.isfinite(se) and se > 0):
        return math.nan
    return float(2 * ndtr(-abs(estimate / se)))


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A deciding quantity as the fit gave it, standardized, with the intervals that judged it.

    ``name`` is the quantity as the registry writes it ("aln_state ~ TC"); ``lower`` and ``upper`` belong to
    ``level``, ``inner_lower`` and ``inner_upper`` to the equivalence level; ``opposite_level`` is that of the interval
    that *opposite* takes, wider in joint claims; ``power`` is `detection_power` at ``level``.
    """

    name: str
    estimate: float
    se: float
    pvalue: float
    level: float
    opposite_level: float
    lower: float
    upper: float
    inner_lower: float
    inner_upper: float
    power: float
    outcome: Outcome


@dataclass(frozen=True, slots=True, repr=False)
class Verdict(Shown):
    """What the data say about one proposition.

    ``coefficients`` holds the deciding quantities in registry order; ``reason`` says in a sentence why the
    outcome is what it is; ``gate`` is empty unless a gate is closed, and then names why, and ``ungated`` is the outcome
    without gates;
    ``beside`` holds quantities that are reported with it, exploratory, and never decide;
    ``label`` says what kind of claim the design allows ("associational" for one wave).

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population().clean(), n=300, seed=2)
    >>> found = theory.test(responses, ["M5r"]).verdicts[0]
    >>> isinstance(found, Verdict), found.coefficients[0].name
    (True, 'TC ~ FTC')
    """

    proposition: str
    statement: str
    outcome: Outcome
    reason: str
    coefficients: tuple[Coefficient, ...]
    decision: str
    sign: int
    smallest: float
    family: str
    model: str
    n: int
    label: str
    gate: str
    ungated: Outcome
    beside: tuple[Coefficient, ...] = ()


def check_rule(sign: int, smallest: float, level: float, equivalence_level: float) -> None:
    """DataError for a sign, a smallest effect or a level that no rule can work with."""
    if sign not in (-1, 0, 1):
        raise DataError(f"decide: sign must be +1, -1 or, where no side is predicted, 0; got {sign!r}")
    if not smallest > 0:
        raise DataError(f"decide: the smallest effect of interest must be positive, got {smallest!r}")
    for name, value in (("level", level), ("equivalence_level", equivalence_level)):
        if not 0 < value < 1:
            raise DataError(f"decide: {name} must lie between 0 and 1, got {value!r}")
