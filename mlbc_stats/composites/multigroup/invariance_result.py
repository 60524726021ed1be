"""What MICOM finds, pair by pair of groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.multigroup.permuting import share
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.errors import ModelError
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

SCORES = {"standardized": "c", "raw": "c_raw"}


@dataclass(frozen=True, slots=True)
class PairInvariance:
    """Two groups.

    Attributes
    ----------
    groups : their names.
    observed : c, c_raw, mean_difference and log_variance_ratio, each (m,).
    drawn : the same of the permutations, (B, m), NaN where a group has no solution.
    failures : permutations without a solution.
    """

    groups: tuple[str, str]
    observed: dict[str, Array]
    drawn: dict[str, Array]
    failures: int


@dataclass(frozen=True, slots=True, repr=False)
class CompositeInvariance(Shown):
    """Measurement invariance of composites.

    Attributes
    ----------
    fit : of all cases. groups, sizes : their names and cases. pairs : what was compared. level, seed : as asked for.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> data = {"x": rng.normal(size=100), "y": rng.normal(size=100)}
    >>> found = composites.invariance(composites.fit("y ~ x", data), [1, 2] * 50, permutations=50, seed=1)
    >>> isinstance(found, composites.CompositeInvariance), found.table["c"].round(3).tolist()
    (True, [1.0, 1.0])
    """

    fit: CompositeResult
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    pairs: tuple[PairInvariance, ...]
    level: float
    seed: int | None

    def _facts(self) -> Mapping[str, object]:
        drawn = self.pairs[0].drawn["c"]
        sizes = ", ".join(f"{name} {size}" for name, size in zip(self.groups, self.sizes, strict=True))
        return {
            "groups": sizes,
            "permutations": len(drawn),
            "failures": sum(pair.failures for pair in self.pairs),
            "seed": self.seed,
        }

    @property
    def table(self) -> pd.DataFrame:
        """`steps` with indicators standardized over both groups."""
        return self.steps()

    def steps(self, scores: str = "standardized") -> pd.DataFrame:
        """One row per pair of groups and construct.

        Columns: group_1, group_2, construct; step 2: c, c_quantile (the lowest that permutations let expect), c_pvalue;
        step 3: mean_difference and log_variance_ratio (first group less second) with _lower, _upper (quantiles of the
        permutations) and _pvalue; invariance: "none" when step 2 fails, "partial" when step 3 fails, else "full". A
        single indicator has c = 1.

        Parameters
        ----------
        scores : what weights are applied to in step 2: "standardized" indicators (Henseler, Ringle & Sarstedt), or
            "raw" ones (cSEM).

        Raises
        ------
        ModelError : another kind of scores.
        """
        import pandas as pd

        if scores not in SCORES:
            raise ModelError(f"scores={scores!r} is unknown; use one of {', '.join(SCORES)}")
        return pd.concat([self._pair(pair, SCORES[scores]) for pair in self.pairs], ignore_index=True)

    def _pair(self, pair: PairInvariance, name: str) -> pd.DataFrame:
        import pandas as pd

        alpha = 1 - self.level
        columns: dict[str, Any] = {
            "group_1": pair.groups[0], "group_2": pair.groups[1], "construct": self.fit.specification.names,
            "c": pair.observed[name], "c_quantile": _quantile(pair.drawn[name], alpha),
            "c_pvalue": _below(pair.observed[name], pair.drawn[name]),
        }  # fmt: skip
        for key in ("mean_difference", "log_variance_ratio"):
            drawn = pair.drawn[key]
            columns |= {
                key: pair.observed[key],
                f"{key}_lower": _quantile(drawn, alpha / 2),
                f"{key}_upper": _quantile(drawn, 1 - alpha / 2),
                f"{key}_pvalue": _below(-np.abs(pair.observed[key]), -np.abs(drawn)),
            }
        table = pd.DataFrame(columns)
        return table.assign(invariance=[_verdict(row, alpha) for row in table.to_dict("records")])


ROUNDING = 1e-12
"""Permutations that differ by less are as extreme as what was observed."""


def _quantile(drawn: Array, at: float) -> Array:
    good = np.isfinite(drawn)
    return np.array(
        [
            np.quantile(column[kept], at) if kept.any() else np.nan
            for column, kept in zip(drawn.T, good.T, strict=True)
        ]
    )


def _below(observed: Array, drawn: Array) -> Array:
    good = np.isfinite(drawn)
    found = share(np.sum((drawn <= observed + ROUNDING) & good, axis=0), good.sum(axis=0))
    return np.where(np.isfinite(observed), found, np.nan)


def _verdict(row: Mapping[Any, Any], alpha: float) -> str:
    if not np.isfinite(row["c"]):
        return ""
    if row["c_pvalue"] <= alpha:
        return "none"
    unequal = min(row["mean_difference_pvalue"], row["log_variance_ratio_pvalue"]) <= alpha
    return "partial" if unequal else "full"
