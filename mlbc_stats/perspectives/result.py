"""What one perspective on fit says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlbc_stats.showing import Shown
from mlbc_stats.theory.verdicts.decision import Coefficient, Outcome

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PerspectiveResult(Shown):
    """Fit as one perspective sees it, with a verdict by interval and smallest effect.

    Attributes
    ----------
    perspective, claim : which one, and what it says here. asks : what it asks of the data.
    outcome, predictors, latent : what was related; whether it was measured by items.
    quantity : what decides, standardized, with the intervals that judged it. smallest : smallest effect of interest.
    verdict : supported, opposite, negligible or undecided. reason : why.
    n : cases. table : the parts behind it.
    found : what it rests on (a fit, a surface, profiles), for a closer look.
    warnings : what a reader must be told; remarks : what stands beside. synthetic : whether nobody answered.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import perspectives
    >>> x, z, e = np.random.default_rng(1).normal(size=(3, 200))
    >>> found = perspectives.fit({"x": x, "z": z, "y": x * z + e}, "y", ["x", "z"], "moderation")
    >>> isinstance(found, perspectives.PerspectiveResult), found.verdict.value
    (True, 'supported')
    """

    perspective: str
    claim: str
    asks: tuple[str, ...]
    outcome: str
    predictors: tuple[str, ...]
    latent: bool
    quantity: Coefficient
    smallest: float
    verdict: Outcome
    reason: str
    n: int
    table: pd.DataFrame
    found: Any
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
    synthetic: bool | None

    def _facts(self) -> dict[str, object]:
        part = self.quantity
        shown = f"{part.estimate:.3g} [{part.lower:.3g}, {part.upper:.3g}], {100 * part.level:.4g} %"
        return {
            "perspective": self.perspective.replace("_", " "),
            "claim": self.claim,
            part.name: shown,
            "verdict": f"{self.verdict.value}: {self.reason}",
            "cases": self.n,
            "asks of the data": "; ".join(self.asks),
            "remarks": "; ".join(self.remarks),
            "warnings": "; ".join(self.warnings),
        }
