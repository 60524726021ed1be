"""Importance and performance, for any target of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False)
class CompositeImportance(Shown):
    """Importance and performance of m constructs and p indicators.

    Attributes
    ----------
    fit : of the model. rescaled : (n, p) indicators from 0 to 100.
    weights : (m, p), of the sum one per construct. indicator_performance : (p,) means. performance : (m,).
    effects : (m, m) total effects in points, row from column. notes : what a reader must know.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> data = {"x": rng.uniform(size=100), "y": rng.uniform(size=100)}
    >>> found = composites.importance(composites.fit("y ~ x", data), (0, 1))
    >>> isinstance(found, composites.CompositeImportance), found.performance.round(1).tolist()
    (True, [51.3, 50.3])
    """

    fit: CompositeResult
    rescaled: Array
    weights: Array
    indicator_performance: Array
    performance: Array
    effects: Array
    notes: tuple[str, ...] = ()

    def _facts(self) -> Mapping[str, object]:
        return {"cases": len(self.rescaled), "notes": "; ".join(self.notes)}

    @property
    def table(self) -> pd.DataFrame:
        """`constructs` of all targets."""
        return self.constructs()

    @property
    def scores(self) -> pd.DataFrame:
        """(n, m) scores from 0 to 100, rows named by their place in the data; also what a necessity analysis takes."""
        import pandas as pd

        values = self.rescaled @ self.weights.T
        return pd.DataFrame(values, index=self.fit.sample.kept, columns=list(self.fit.specification.names))

    def constructs(self, target: str | None = None) -> pd.DataFrame:
        """One row per target and construct before it: importance and performance.

        Parameters
        ----------
        target : one construct; None takes every endogenous one.

        Raises
        ------
        ModelError : a target that no path leads to.
        """
        import pandas as pd

        names = self.fit.specification.names
        rows = [
            {
                "target": end,
                "construct": names[j],
                "importance": self.effects[names.index(end), j],
                "performance": self.performance[j],
            }
            for end in self._targets(target)
            for j in self._before(end)
        ]
        return pd.DataFrame(rows)

    def indicators(self, target: str | None = None) -> pd.DataFrame:
        """One row per target and indicator before it: importance is its weight times its construct's importance."""
        import pandas as pd

        names = self.fit.specification.names
        rows = [
            {
                "target": end,
                "construct": names[j],
                "indicator": self.fit.sample.names[k],
                "importance": self.weights[j, k] * self.effects[names.index(end), j],
                "performance": self.indicator_performance[k],
            }
            for end in self._targets(target)
            for j in self._before(end)
            for k in np.flatnonzero(self.weights[j])
        ]
        return pd.DataFrame(rows)

    def combined(self, target: str, required: Mapping[str, float]) -> pd.DataFrame:
        """Importance, performance and necessity (cIPMA): how many cases are below what the target needs.

        Parameters
        ----------
        target : a construct. required : per construct the level (0 to 100) that is necessary for the wanted level of
            the target, from the bottleneck table of a necessary condition analysis of `scores`; a construct that is not
            named is not necessary.

        Returns
        -------
        DataFrame
            target, construct, importance, performance, required, below (share of the cases under it; 0 where nothing is
            required).

        Raises
        ------
        ModelError : constructs that are not before the target.

        References
        ----------
        Hauff, Richter, Sarstedt & Ringle (2024), doi:10.1016/j.jretconser.2024.103723.
        """
        table = self.constructs(target)
        known = table["construct"].tolist()
        strange = [name for name in required if name not in known]
        if strange:
            raise ModelError(f"required names {', '.join(strange)}; before {target} stand {', '.join(known)}")
        level = np.array([float(required.get(name, np.nan)) for name in known])
        scores = self.scores[known].to_numpy()
        seen = np.isfinite(scores)
        weights = self.fit.sample.weights
        mass = seen * (1.0 if weights is None else weights[:, None])
        return table.assign(required=level, below=np.sum((scores < level) * mass, axis=0) / mass.sum(axis=0))

    def _targets(self, target: str | None) -> list[str]:
        ends = list(self.fit.specification.endogenous)
        if target is None:
            return ends
        if target not in ends:
            raise ModelError(
                f"target={target!r}: no path leads to it; targets are {', '.join(ends)}{did_you_mean(target, ends)}"
            )
        return [target]

    def _before(self, target: str) -> list[int]:
        """Constructs from which arrows lead to a target, in the order of the model."""
        m = len(self.fit.specification.names)
        reach = self.fit.specification.adjacency[:m, :m].copy()
        for _ in range(m):
            reach |= reach @ reach
        end = self.fit.specification.names.index(target)
        return [j for j in range(m) if reach[end, j] and j != end]
