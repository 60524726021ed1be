"""From coefficients to verdicts.

Fitted models and the propositions they decide enter; a `Verdict` leaves for each, with its interval and the rule
that was used. Read ``decision.py`` first, then ``judging.py``.
"""

from mlbc_stats.theory.verdicts.decision import (
    Coefficient,
    Outcome,
    Verdict,
    decide,
    detection_power,
    interval,
    two_sided_p,
)
from mlbc_stats.theory.verdicts.results import TheoryResult

__all__ = [
    "Coefficient",
    "Outcome",
    "TheoryResult",
    "Verdict",
    "decide",
    "detection_power",
    "interval",
    "two_sided_p",
]
