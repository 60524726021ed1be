"""Segments that explain the endogenous constructs best, each with weights and paths of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PredictionSegments(Shown):
    """K segments of n cases, the largest first.

    Attributes
    ----------
    fit : the model of all cases. assigned : (n,) segment of each case used, from 1; groups for
        `composites.compare_groups`.
    estimates : of the segments, a batch of K, uncorrected for attenuation.
    objective : sum of R² reached (weighted by size if asked for); whole : that of all cases together.
    history : the objective at the start of the single moves and after each. converged : whether none is left.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause, half = rng.normal(size=100), np.repeat([0.8, -0.8], 50)
    >>> data = {"x": cause, "y": half * cause + 0.3 * rng.normal(size=100)}
    >>> found = composites.pos(composites.fit("y ~ x", data), 2, starts=3)
    >>> isinstance(found, composites.PredictionSegments), list(found.paths.columns)
    (True, ['lhs', 'op', 'rhs', 'all', 'segment_1', 'segment_2'])
    """

    fit: CompositeResult
    assigned: Array
    estimates: Estimates
    objective: float
    whole: float
    history: tuple[float, ...]
    converged: bool

    @property
    def sizes(self) -> Array:
        """(K,) cases."""
        return np.bincount(self.assigned)[1:]

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `paths`."""
        return self.paths

    @property
    def paths(self) -> pd.DataFrame:
        """One row per path: lhs, op, rhs, all, segment_1, …, each in its own standard deviations."""
        import pandas as pd

        terms = self.fit.specification.terms
        rows = [
            {"lhs": target, "op": "~", "rhs": source}
            | self._beside("paths", terms.index(target), terms.index(source))
            for source, target in self.fit.specification.paths
        ]
        return pd.DataFrame(rows)

    @property
    def rsquare(self) -> pd.DataFrame:
        """One row per endogenous construct: all, segment_1, …"""
        import pandas as pd

        model = self.fit.specification
        rows = [self._beside("r2", model.terms.index(name)) for name in model.endogenous]
        return pd.DataFrame(rows, index=pd.Index(model.endogenous, name="construct"))

    @property
    def weights(self) -> pd.DataFrame:
        """One row per indicator: lhs, op, rhs, all, segment_1, …"""
        import pandas as pd

        model = self.fit.specification
        rows = [
            {"lhs": construct.name, "op": "<~", "rhs": name}
            | self._beside("weights", j, model.indicators.index(name))
            for j, construct in enumerate(model.constructs)
            for name in construct.indicators
        ]
        return pd.DataFrame(rows)

    def _beside(self, field: str, *place: int) -> dict[str, float]:
        """One cell of the estimates, of all cases and of each segment."""
        each = getattr(self.estimates, field)[:, *place]
        own = {f"segment_{k + 1}": float(value) for k, value in enumerate(each)}
        return {"all": float(getattr(self.fit.estimates, field)[0, *place])} | own

    def _facts(self) -> Mapping[str, object]:
        return {
            "sizes": ", ".join(str(int(size)) for size in self.sizes),
            "objective": self.objective,
            "all cases together": self.whole,
            "moves": len(self.history) - 1,
            "converged": self.converged,
        }
