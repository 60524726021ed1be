"""Tetrads of the constructs, their intervals, and what follows for each construct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from mlbc_stats.sem.inference.intervals import intervals
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Block:
    """One construct: its name, indicators (k,), places of tetrads (v, 4), estimates (v,), draws (B, v), joint test."""

    name: str
    indicators: tuple[str, ...]
    places: Array
    estimates: Array
    draws: Array
    statistic: float
    pvalue: float


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CompositeTetrads(Shown):
    """Tetrads of every construct with four indicators or more.

    Attributes
    ----------
    blocks : per construct the tetrads, their draws and the joint test. level : error rate of a construct.
    interval : kind of interval. failures : resamples without correlations.
    untested : constructs with fewer than four indicators.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=300)
    >>> data = {f"x{i}": cause + rng.normal(size=300) for i in (1, 2, 3, 4)} | {"y": cause + rng.normal(size=300)}
    >>> fit = composites.fit("f <~ x1 + x2 + x3 + x4; y ~ f", data)
    >>> found = composites.tetrads(fit, 200, seed=1)
    >>> isinstance(found, composites.CompositeTetrads), list(found.tetrads.columns[-4:])
    (True, ['pvalue', 'ci_lower', 'ci_upper', 'vanishes'])
    """

    blocks: tuple[Block, ...]
    level: float
    interval: str
    failures: int
    untested: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per construct: tetrads, not_vanishing, decision, and the joint test chi_square, df, pvalue.

        The decision is "formative" when an interval, adjusted for the tetrads of the construct by Bonferroni, leaves
        out zero, else "reflective".
        """
        import pandas as pd

        rows = []
        for block in self.blocks:
            lower, upper = self._ends(block)
            away = int((~_within(lower, upper)).sum())
            rows.append(
                {
                    "construct": block.name, "tetrads": len(block.estimates), "not_vanishing": away,
                    "decision": "formative" if away else "reflective",
                    "chi_square": block.statistic, "df": len(block.estimates), "pvalue": block.pvalue,
                }
            )  # fmt: skip
        return pd.DataFrame(rows).set_index("construct")

    @property
    def tetrads(self) -> pd.DataFrame:
        """One row per tetrad: construct, tetrad, est, se, bias, t, pvalue (unadjusted), adjusted ends, vanishes."""
        import pandas as pd

        return pd.concat([self._rows(block) for block in self.blocks], ignore_index=True)

    def _rows(self, block: Block) -> pd.DataFrame:
        import pandas as pd

        se = block.draws.std(axis=0, ddof=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = block.estimates / se
        lower, upper = self._ends(block)
        columns = {
            "construct": block.name,
            "tetrad": [",".join(block.indicators[k] for k in places) for places in block.places],
            "est": block.estimates, "se": se, "bias": block.draws.mean(axis=0) - block.estimates, "t": t,
            "pvalue": 2 * ndtr(-np.abs(t)), "ci_lower": lower, "ci_upper": upper,
            "vanishes": _within(lower, upper),
        }  # fmt: skip
        return pd.DataFrame(columns)

    def _ends(self, block: Block) -> tuple[Array, Array]:
        return intervals(block.estimates, block.draws, self.interval, 1 - self.level / len(block.estimates))

    def _facts(self) -> Mapping[str, object]:
        return {
            "level": self.level,
            "interval": self.interval,
            "resamples": len(self.blocks[0].draws),
            "failures": self.failures,
            "not tested": ", ".join(self.untested),
        }


def _within(lower: Array, upper: Array) -> Array:
    return np.asarray((lower <= 0) & (upper >= 0))
