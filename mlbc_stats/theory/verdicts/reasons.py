"""Why a verdict is what it is, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from mlbc_stats.theory.verdicts.decision import Coefficient, Outcome

REASONS: Mapping[str, Mapping[Outcome, str]] = {
    "non_inferiority": {
        Outcome.SUPPORTED: "less than {effect:g} is lost",
        Outcome.OPPOSITE: "more than {effect:g} is lost",
        Outcome.UNDECIDED: "whether {effect:g} is lost cannot be told",
    },
    "necessity": {
        Outcome.SUPPORTED: "the effect size reaches {effect:g} and is no accident of the sample",
        Outcome.NEGLIGIBLE: "the effect size stays below {effect:g}",
        Outcome.UNDECIDED: "the effect size is below {effect:g}, or as large by chance",
    },
}
"""Why a form whose rule is not about zero came to an outcome."""


def reason(
    form: str, outcome: Outcome, parts: Sequence[Coefficient], sign: int, closed: str, effect: float
) -> str:
    """Why the parts came to this outcome, in a sentence; a closed gate speaks for itself.

    Examples
    --------
    >>> from mlbc_stats.theory.verdicts.decision_forms import judge
    >>> from mlbc_stats.theory.verdicts.quantity import Quantity
    >>> found = judge("contrast", [Quantity("a", -0.21, 0.1), Quantity("b", 0.1, 0.1)], 1, 0.1, 0.95, 0.9)
    >>> reason("contrast", found[1], found[0], 1, "", 0.1)
    'a on the other side at 95 %, but not at the 97.5 % that one of several parts takes'
    """
    if closed:
        return closed
    if any(not math.isfinite(part.lower) for part in parts) and form != "necessity":
        return "no standard error"
    if len({part.outcome for part in parts}) > 1:
        return "the coefficients differ: " + ", ".join(
            f"{_short(part)} {part.outcome.value}" for part in parts
        )
    if form in REASONS:
        return REASONS[form][outcome].format(effect=effect)
    widest = max(part.level for part in parts)
    if outcome is Outcome.NEGLIGIBLE:
        return f"the inner interval lies inside ±{effect:g}"
    if outcome is Outcome.UNDECIDED and (against := _on_the_other_side(parts, sign)):
        wider = 100 * parts[0].opposite_level
        return (
            f"{against} at {100 * widest:.4g} %, but not at the {wider:.4g} % that one of several parts takes"
        )
    if outcome is Outcome.UNDECIDED:
        return f"the {100 * widest:.4g} % interval holds zero and the inner one leaves ±{effect:g}"
    if parts and outcome is Outcome.SUPPORTED:
        return f"the {100 * widest:.4g} % interval excludes zero on the predicted side"
    widest = max(part.opposite_level for part in parts)
    return f"the {100 * widest:.4g} % interval excludes zero on the other side"


def _on_the_other_side(parts: Sequence[Coefficient], sign: int) -> str:
    """Parts whose interval excludes zero on the other side though they are not opposite."""
    found = [
        _short(part)
        for part in parts
        if part.outcome is Outcome.UNDECIDED and max(sign * part.lower, sign * part.upper) < 0
    ]
    return f"{', '.join(found)} on the other side" if found else ""


def _short(part: Coefficient) -> str:
    return part.name.split(":=")[0].strip()
