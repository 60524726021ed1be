"""One rule of screening: an index, a threshold, and what is known about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite
from types import MappingProxyType

import numpy as np

from mlbc_stats.survey.screening.rules.seen import Seen

WORDS_FOR = MappingProxyType({1 / 2: "half", 1 / 3: "a third", 1 / 4: "a quarter"})
"""Shares of the median that read better as words."""
ROUNDING = 1e-6
"""Of a share written with six digits."""
COUNT, SHARE, CORRELATION = (0.0, inf), (0.0, 1.0), (-1.0, 1.0)
"""Between which numbers thresholds of each kind lie."""


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """The index of every case, or why there is none.

    Attributes
    ----------
    values : (n,) float, NaN where it cannot be computed.
    reason : why it cannot be computed for anybody, "" otherwise.

    Examples
    --------
    >>> Measure(np.array([1.0])).reason
    ''
    """

    values: np.ndarray
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One screening rule.

    Attributes
    ----------
    measure : answers → `Measure`.
    sign : 1 flags values at or above the threshold, -1 values below it.
    threshold : the usual one.
    words : what is flagged, with ``{}`` for the threshold and ``{s}`` for the plural.
    source : where index and threshold come from, with DOI.
    known : what has been found out about its errors.
    excludes : whether its flags take a case out unless a policy says otherwise.
    within : the least and the greatest threshold that means anything.
    """

    measure: Callable[[Seen], Measure]
    sign: int
    threshold: float
    words: str
    source: str
    known: str
    excludes: bool = False
    within: tuple[float, float] = COUNT

    def objection(self, threshold: float) -> str:
        """Why a threshold cannot be, "" where it can.

        Examples
        --------
        >>> from mlbc_stats.survey.screening.rules.registry import RULES
        >>> RULES["missingness"].objection(50), RULES["missingness"].objection(0.5)
        ('threshold 50: expected a number between 0 and 1', '')
        """
        least, greatest = self.within
        if least <= threshold <= greatest and isfinite(threshold):
            return ""
        span = "" if self.within == (-inf, inf) else f" of {least:g} or more"
        span = f" between {least:g} and {greatest:g}" if isfinite(greatest) else span
        return f"threshold {threshold:g}: expected a number{span}"

    def flags(self, values: np.ndarray, threshold: float) -> np.ndarray:
        """Cases (n,) bool that the rule marks; never one whose value is unknown."""
        known = ~np.isnan(values)
        hit = values >= threshold if self.sign > 0 else values < threshold
        return known & hit

    def criterion(self, threshold: float) -> str:
        """The words with the threshold in them.

        Examples
        --------
        >>> from mlbc_stats.survey.screening.rules.registry import RULES
        >>> RULES["relative_speed"].criterion(1 / 3), RULES["attention"].criterion(2)[:27]
        ('duration below a third of the median', 'at least 2 attention checks')
        """
        shares = (words for share, words in WORDS_FOR.items() if abs(share - threshold) < ROUNDING)
        words = next(shares, None) if "{} of the median" in self.words else None
        return self.words.format(words or f"{threshold:g}".replace("-", "−"), s="" if threshold == 1 else "s")
