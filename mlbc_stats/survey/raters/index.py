"""One index with all that is needed to judge it: interval, threshold, source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

ROUNDING = 1e-12
"""Slack of a comparison with a threshold: 9/10 must reach .9 although floating point may say otherwise."""


@dataclass(frozen=True, slots=True)
class Index:
    """One value and what stands behind it.

    Attributes
    ----------
    name : usual short name, such as ``"I-CVI"``.
    value : full precision; NaN where the data do not define it.
    lower, upper : bounds of the interval at `level`; NaN where there is none.
    level : confidence level of the interval.
    n : number of judges, or of units where `method` says so.
    threshold : smallest acceptable value; NaN where the literature gives none.
    method : how the interval was made.
    source : works that define the index and its threshold, with DOI.
    error, pvalue : standard error and p value where there is a test; else NaN.
    note : what a reader must know about this value.

    Examples
    --------
    >>> found = Index("I-CVI", 0.9, 0.55, 0.99, 0.95, 10, threshold=0.78)
    >>> found.met
    True
    """

    name: str
    value: float
    lower: float = math.nan
    upper: float = math.nan
    level: float = 0.95
    n: int = 0
    threshold: float = math.nan
    method: str = ""
    source: str = ""
    error: float = math.nan
    pvalue: float = math.nan
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the value reaches the threshold; None where one of the two is missing."""
        if math.isnan(self.value) or math.isnan(self.threshold):
            return None
        return self.value >= self.threshold - ROUNDING

    def row(self) -> dict[str, Any]:
        """The index as one row of a table."""
        fields = ("value", "lower", "upper", "level", "n", "threshold")
        rest = ("error", "pvalue", "method", "source", "note")
        head = {"index": self.name, **{name: getattr(self, name) for name in fields}, "met": self.met}
        return {**head, **{name: getattr(self, name) for name in rest}}
