"""The smallest sample that reaches a power, by bisection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError

Floats = NDArray[Any]
LARGEST = 10_000_000
"""Cases beyond which no sample is looked for."""


def smallest_n(power_at: Callable[[int], float], power: float, first: int) -> int:
    """The least n from `first` on with `power_at(n)` of at least `power`; power must rise with n.

    Raises
    ------
    ModelError
        where even ten million cases do not reach it, as of an effect of nil.

    Examples
    --------
    >>> smallest_n(lambda n: 1 - 1 / n, 0.9, 2)
    10
    """
    check_share("power", power)
    high = max(first, 2)
    while not power_at(high) >= power:
        high *= 2
        if high > LARGEST:
            raise ModelError(
                f"no sample of up to {LARGEST:,} cases has a power of {power:g}: the alternative is the null "
                "hypothesis, or next to it"
            )
    low = first - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_at(middle) >= power else (middle, high)
    return high


def check_share(name: str, value: float) -> None:
    """Refuse what is no number between 0 and 1."""
    if not 0 < value < 1:
        raise ModelError(f"{name}={value:g}: expected a number between 0 and 1")


def check_least(name: str, value: Any, least: float) -> Floats:
    """Numbers that are all at least `least`, as an array."""
    try:
        found = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ModelError(f"{name}={value!r}: expected numbers") from None
    if not (found >= least).all():
        raise ModelError(f"{name}={value!r}: expected {least:g} or more")
    return found
