"""The rules by which an item is kept, revised or dropped, with their sources."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mlbc_stats.errors import DataError
from mlbc_stats.survey.content.indices.variance import DefinitionAnova
from mlbc_stats.survey.raters.index import ROUNDING, Index

Decision = Literal["keep", "revise", "drop", "undecided"]
SEVERITY: tuple[Decision, ...] = ("keep", "revise", "drop")


@dataclass(frozen=True, slots=True)
class Criteria:
    """Limits of the decision rules; thresholds of the indices themselves come with the indices.

    Attributes
    ----------
    alpha : level of the exact tests and of the planned comparisons.
    drop_cvi : an I-CVI below this drops an item (Zamanzadeh et al. 2015, doi 10.15171/jcs.2015.017); between it
        and Lynn's threshold the item is revised.
    drop_kappa : a κ* below this, "poor", drops an item (Polit, Beck & Owen 2007, doi 10.1002/nur.20199); below
        .60, "fair", revises it.
    drop_cvr : a CVR at or below this drops an item: no more than half of the judges call it essential (Lawshe
        1975, doi 10.1111/j.1744-6570.1975.tb01393.x); above, but not significantly so, revises it.
    drop_csv : a csv at or below this drops an item: another construct is chosen as often or more often; above,
        but below the critical value, revises it (Anderson & Gerbing 1991, doi 10.1037/0021-9010.76.5.732).

    An item is also dropped when another definition fits it as well or better on average, and revised when its
    own one fits better but not significantly (Hinkin & Tracey 1999, doi 10.1177/109442819922004).

    Examples
    --------
    >>> Criteria().drop_cvi
    0.7
    """

    alpha: float = 0.05
    drop_cvi: float = 0.70
    drop_kappa: float = 0.40
    drop_cvr: float = 0.0
    drop_csv: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 0.5:
            raise DataError(f"criteria: expected alpha between 0 and 0.5, got {self.alpha}")


@dataclass(frozen=True, slots=True)
class Signal:
    """What one index says about an item."""

    decision: Decision
    reason: str


def decide_item(
    indices: Iterable[Index], anova: tuple[DefinitionAnova, Mapping[int, str]] | None, criteria: Criteria
) -> tuple[Decision, str]:
    """The decision on one item and its reasons: the severest of what the indices say.

    `anova` comes with the names of the definitions by position. An index without a threshold for so few judges
    has no say; an item about which nothing has one is undecided.
    """
    found = list(indices)
    signals = [signal for index in found if (signal := _signal(index, criteria))]
    if anova is not None:
        signals.append(_contrast_signal(*anova, criteria))
    voting = [signal for signal in signals if signal.decision != "undecided"]
    if not voting:
        silent = "judged by its own definition alone" if found else "no answers"
        return "undecided", "; ".join(signal.reason for signal in signals) or silent
    worst = max((signal.decision for signal in voting), key=SEVERITY.index)
    reasons = [signal.reason for signal in signals if signal.decision in ("revise", "drop", "undecided")]
    return worst, "; ".join(reasons) or "all criteria met"


def _signal(index: Index, criteria: Criteria) -> Signal | None:
    """What an index says by its limit for dropping and its threshold; None for one that has no say."""
    limits: dict[str, tuple[float, bool]] = {
        "I-CVI": (criteria.drop_cvi, False),
        "κ*": (criteria.drop_kappa, False),
        "CVR": (criteria.drop_cvr, True),
        "csv": (criteria.drop_csv, True),
        "psa": (-math.inf, False),
    }
    if index.name not in limits or math.isnan(index.value):
        return None
    if math.isnan(index.threshold):
        return Signal("undecided", f"{index.name} has no say: {index.note}")
    limit, inclusive = limits[index.name]
    shown = f"{index.name} = {index.value:.2f} (n = {index.n})"
    if index.value < limit - ROUNDING or (inclusive and index.value <= limit + ROUNDING):
        return Signal("drop", f"{shown}, {'not above' if inclusive else 'below'} {limit:.2f}")
    if not index.met:
        return Signal("revise", f"{shown}, below {index.threshold:.2f}")
    return Signal("keep", shown)


def _contrast_signal(anova: DefinitionAnova, names: Mapping[int, str], criteria: Criteria) -> Signal:
    """What the planned comparisons say."""
    higher = [names[int(p)] for p, d in zip(anova.others, anova.differences, strict=True) if d <= ROUNDING]
    if higher:
        return Signal("drop", f"fits {', '.join(higher)} as well or better (n = {anova.judges})")
    unclear = [
        names[int(p)]
        for p, value in zip(anova.others, anova.holm, strict=True)
        if not value <= criteria.alpha
    ]
    if unclear:
        return Signal("revise", f"not clearly better than {', '.join(unclear)} (n = {anova.judges})")
    return Signal("keep", "fits its own definition best")


def count_kept(decisions: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many items of each construct are kept; constructs without any included."""
    kept: dict[str, int] = {}
    for row in decisions:
        kept[row["construct"]] = kept.get(row["construct"], 0) + (row["decision"] == "keep")
    return kept
