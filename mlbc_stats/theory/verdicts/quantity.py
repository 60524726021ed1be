"""What a decision form judges: a number with its uncertainty, wherever it comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.theory.verdicts.decision import interval, two_sided_p


@dataclass(frozen=True, slots=True)
class Quantity:
    """One deciding quantity on the scale of its smallest effect of interest.

    Attributes
    ----------
    name : as the registry writes it.
    estimate, se : the number and its standard error; NaN where there is none.
    p : its own p value, such as of a permutation test; NaN for the two-sided normal one.
    draws : (B,) resamples, for percentile intervals; none for normal ones.
    smallest_of : how many numbers it is the smallest of, each of which could speak against the claim.

    Examples
    --------
    >>> found = Quantity("aln_state ~ TC", -0.3, 0.1)
    >>> round(found.pvalue, 4), [round(end, 2) for end in found.interval(0.95)]
    (0.0027, [-0.5, -0.1])
    """

    name: str
    estimate: float
    se: float
    p: float = math.nan
    draws: NDArray[np.float64] = field(default_factory=lambda: np.empty(0), compare=False)
    smallest_of: int = 1

    @property
    def pvalue(self) -> float:
        """Its own p value, else the two-sided normal one."""
        return two_sided_p(self.estimate, self.se) if math.isnan(self.p) else self.p

    def interval(self, level: float) -> tuple[float, float]:
        """Percentiles of the resamples where there are some, else the normal interval."""
        if not self.draws.size:
            return interval(self.estimate, self.se, level)
        lower, upper = np.nanquantile(self.draws, [(1 - level) / 2, (1 + level) / 2])
        return float(lower), float(upper)


@dataclass(frozen=True, slots=True)
class Found:
    """The quantities of one proposition.

    Attributes
    ----------
    quantities : one for each deciding quantity of the proposition, in its order and under its name.
    n : units behind them.
    notes : what a reader must be told.
    doubts : why the numbers cannot be trusted; any of them leaves the proposition undecided.
    beside : quantities that the proposition names beside the deciding ones, under their names, as far as there are any.

    Examples
    --------
    >>> Found((Quantity("rewind ~ aln_sustain", -0.4, 0.1),), n=80).doubts
    ()
    """

    quantities: tuple[Quantity, ...]
    n: int
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    beside: tuple[Quantity, ...] = ()
