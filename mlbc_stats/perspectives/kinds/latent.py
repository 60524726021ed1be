"""Models of latent variables behind a perspective: what they say, and why they may not be believed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from mlbc_stats.errors import MlbcWarning


def fitted(fit: Callable[[], Any]) -> tuple[Any, tuple[str, ...], tuple[str, ...]]:
    """A fit with its doubts (no solution, not identified) and its notes (everything it warned of)."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = fit()
    doubts = [] if found.converged else ["the model did not converge"]
    if not getattr(found, "identified", True):
        doubts.append("the model is not identified")
    notes = dict.fromkeys(str(each.message) for each in caught if issubclass(each.category, MlbcWarning))
    return found, tuple(doubts), tuple(notes)
