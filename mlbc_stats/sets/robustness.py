"""How far a cut-off or a threshold of calibration can move before the solution changes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError, MlbcWarning
from mlbc_stats.showing import Shown

UNDEFINED = "no solution"
"""What an analysis that the data cannot carry counts as."""


@dataclass(frozen=True, slots=True, repr=False)
class StableRange(Shown):
    """Values around one value that leave a result as it is.

    Attributes
    ----------
    at : the value. lower, upper : farthest values on either side with the same result, up to the tolerance.
    bounded_below, bounded_above : whether the search ended at its own bound, so that the range may go on.
    below, above : the other result next to the range; None at a bound.

    Examples
    --------
    >>> from mlbc_stats import sets
    >>> sets.stable_range(lambda cut: cut > 0.3, 0.5, (0, 1))
    StableRange
      from: 0.3
      to: 1 (as far as searched)
      at: 0.5
    """

    at: float
    lower: float
    upper: float
    bounded_below: bool
    bounded_above: bool
    below: Any
    above: Any

    def _facts(self) -> Mapping[str, object]:
        searched = " (as far as searched)"
        return {
            "from": f"{self.lower:.4g}{searched if self.bounded_below else ''}",
            "to": f"{self.upper:.4g}{searched if self.bounded_above else ''}",
            "at": self.at,
        }


def stable_range(
    analysis: Callable[[Any], Any],
    at: float,
    bounds: tuple[float, float],
    steps: int = 50,
    whole: bool = False,
) -> StableRange:
    """The range around a value within which an analysis gives the same result.

    From the value outwards in equal steps to the bound; where the result changes first, the place is found by halving.
    A change and change back within one step is not seen: take more steps.

    Parameters
    ----------
    analysis : of one number → a result that can be compared, such as ``minimize(...).solutions``. An analysis that
        raises DataError counts as another result.
    at : the value that was used. bounds : least and greatest value to try.
    steps : to either side. whole : whole numbers only, as of a frequency cut-off.

    Raises
    ------
    DataError : a value outside its bounds; an analysis that fails at the value itself.

    References
    ----------
    Oana, I.-E. & Schneider, C. Q. (2024). A robustness test protocol for applied QCA. Sociological Methods & Research,
    53, 57-88. https://doi.org/10.1177/00491241211036158

    Examples
    --------
    >>> from mlbc_stats import sets
    >>> made_up = {"A": [0.9, 0.7, 0.2, 0.1], "B": [0.3, 0.6, 0.8, 0.4], "Y": [1.0, 0.8, 0.1, 0.1]}
    >>> found = stable_range(
    ...     lambda cut: sets.minimize(sets.truth_table(made_up, "Y", consistency=cut)).solutions, 0.8, (0.3, 1)
    ... )
    >>> round(found.lower, 3), round(found.upper, 3), found.above
    (0.5, 0.917, (('A*~B',),))
    """
    low, high = bounds
    if not low <= at <= high or steps < 1:
        raise DataError(
            f"at={at:g} must lie within the bounds {low:g} to {high:g}, and steps={steps} be 1 or more"
        )
    base = _result(analysis, at)
    if base == UNDEFINED:
        analysis(at)  # says what is wrong
        raise DataError(f"the analysis has no solution at {at:g}")
    lower, below = _farthest(analysis, base, at, low, steps, whole)
    upper, above = _farthest(analysis, base, at, high, steps, whole)
    return StableRange(at, lower, upper, below is None, above is None, below, above)


def _farthest(
    analysis: Callable[[Any], Any], base: Any, at: float, end: float, steps: int, whole: bool
) -> tuple[float, Any]:
    """The last value towards the end with the same result, and the result behind it; None at the end."""
    kept = at
    for value in _grid(at, end, steps, whole):
        found = _result(analysis, value)
        if found != base:
            return (kept, found) if whole else _halved(analysis, base, kept, value, found)
        kept = value
    return kept, None


def _grid(at: float, end: float, steps: int, whole: bool) -> list[Any]:
    if not whole:
        return [] if at == end else np.linspace(at, end, steps + 1)[1:].tolist()
    side = 1 if end > at else -1
    return list(range(int(at) + side, int(end) + side, side)) if int(end) != int(at) else []


def _halved(
    analysis: Callable[[Any], Any], base: Any, same: float, other: float, found: Any
) -> tuple[float, Any]:
    """Between a value with the result and one without; thirty halvings leave a billionth of a step."""
    for _ in range(30):
        middle = (same + other) / 2
        result = _result(analysis, middle)
        if result == base:
            same = middle
        else:
            other, found = middle, result
    return same, found


def _result(analysis: Callable[[Any], Any], value: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            return analysis(value)
    except DataError:
        return UNDEFINED
