"""The result of a necessary condition analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.necessity.bottleneck import bottleneck_table, check_units
from mlbc_stats.necessity.ceilings import Ceiling
from mlbc_stats.necessity.corners import Floats
from mlbc_stats.necessity.effect import Effect, Scope
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition.

    Attributes
    ----------
    name : its column; x, y : (n,) cases, turned so that the empty corner is the upper left one.
    scope : the rectangle of possible cases, turned as well.
    turned : whether the signs of x and y were changed.
    ceilings, effects : by name of the ceiling.
    permuted : (B,) effect sizes of permuted outcomes, by name of the ceiling; empty without a test.
    """

    name: str
    x: Floats
    y: Floats
    scope: Scope
    turned: tuple[bool, bool]
    ceilings: Mapping[str, Ceiling]
    effects: Mapping[str, Effect]
    permuted: Mapping[str, Floats]

    def p_value(self, ceiling: str) -> float:
        """Share of permutations with an effect at least as large, of those that give one; NaN without a test."""
        if ceiling not in self.permuted:
            return np.nan
        sizes = self.permuted[ceiling]
        known = sizes[np.isfinite(sizes)]
        return float(np.mean(known >= self.effects[ceiling].size - 1e-12)) if len(known) else np.nan


@dataclass(frozen=True, repr=False)
class NecessityResult(Shown):
    """Effect sizes of conditions by several ceilings, with permutation tests and bottleneck tables.

    Attributes
    ----------
    outcome : its column; n : cases used.
    conditions : by name.
    warnings : what a reader must know.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import necessity
    >>> rng = np.random.default_rng(1)
    >>> x = rng.uniform(size=100)
    >>> found = necessity.fit({"x": x, "y": x * rng.uniform(size=100)}, "x", "y", seed=1)
    >>> isinstance(found, necessity.NecessityResult), bool(found.table["effect_size"][0] > 0.3)
    (True, True)
    """

    outcome: str
    n: int
    conditions: Mapping[str, Condition]
    warnings: tuple[str, ...] = ()

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per condition and ceiling: effect_size, pvalue, ceiling_zone, scope, accuracy, fit, above, line."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "condition": name,
                    "ceiling": ceiling,
                    "effect_size": found.size,
                    "pvalue": each.p_value(ceiling),
                    "ceiling_zone": found.zone,
                    "scope": each.scope.area,
                    "accuracy": found.accuracy,
                    "fit": found.fit,
                    "above": found.above,
                    "intercept": each.ceilings[ceiling].intercept,
                    "slope": each.ceilings[ceiling].slope,
                    "condition_inefficiency": found.condition_inefficiency,
                    "outcome_inefficiency": found.outcome_inefficiency,
                    "relative_inefficiency": found.relative_inefficiency,
                }
                for name, each in self.conditions.items()
                for ceiling, found in each.effects.items()
            ]
        )

    def bottleneck(
        self,
        ceiling: str = "cr_fdh",
        steps: int = 10,
        *,
        x_unit: str = "percentage.range",
        y_unit: str = "percentage.range",
        digits: int | None = None,
    ) -> pd.DataFrame:
        """What every level of the outcome needs of each condition.

        NaN: the condition is not necessary for this level; ∞: no observed level suffices.

        Parameters
        ----------
        ceiling : one of those asked for. steps : the outcome's range is cut into so many.
        x_unit, y_unit : "percentage.range", "percentage.max", "actual" or "percentile".
        digits : to round to; None for full precision.

        References
        ----------
        Dul (2016), doi:10.1177/1094428115584005. In R: ``NCA::nca_analysis(data, x, y)$bottlenecks``.

        Examples
        --------
        >>> from mlbc_stats import necessity
        >>> data = {"x": [0.0, 1, 2, 3, 4, 4], "y": [0.0, 1, 2, 3, 4, 0]}
        >>> necessity.fit(data, "x", "y").bottleneck(steps=2).values.tolist()
        [[0.0, nan], [50.0, 50.0], [100.0, 100.0]]
        """
        check_units(x_unit, y_unit)
        if steps < 1:
            raise ModelError(f"steps={steps}: expected a positive number")
        first = next(iter(self.conditions.values()))
        if ceiling not in first.ceilings:
            raise ModelError(
                f"ceiling {ceiling!r} was not asked for{did_you_mean(ceiling, list(first.ceilings))}"
            )
        if any(any(each.turned) for each in self.conditions.values()):
            raise ModelError("bottlenecks are tables of the upper-left corner; turn the variables themselves")
        ends = (0.0, 100.0) if y_unit != "actual" else (first.scope.y_low, first.scope.y_high)
        levels = np.linspace(*ends, steps + 1)
        rows = [(name, each.x, each.scope, each.ceilings[ceiling]) for name, each in self.conditions.items()]
        return bottleneck_table(self.outcome, first.y, rows, levels, (x_unit, y_unit), digits)

    def _facts(self) -> dict[str, object]:
        return {"outcome": self.outcome, "cases": self.n, "conditions": list(self.conditions)}
