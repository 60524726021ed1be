"""A composite model in several groups: estimates, differences and distances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.multigroup.permuting import share
from mlbc_stats.composites.multigroup.tests_of_differences import (
    ROUNDING,
    henseler_pvalue,
    permutation_test,
    pooled_test,
    welch_test,
)
from mlbc_stats.composites.quality.implied import distances, implied_constructs, implied_indicators
from mlbc_stats.composites.resampling.values import FAMILIES
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Estimates of permutations or resamples that have a solution, and how many have none."""

    estimates: Estimates
    failures: int


@dataclass(frozen=True, slots=True, repr=False)
class CompositeGroups(Shown):
    """Estimates of a composite model in G groups.

    Attributes
    ----------
    fit : of all cases. groups, sizes : (G,).
    estimates : arrays of a batch of G.
    permuted : of every pair of groups, then of all groups where there are more than two, estimates of permuted groups.
    resampled : (G,) bootstrap estimates. seed : of both.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> data = {"x": rng.normal(size=100), "y": rng.normal(size=100)}
    >>> found = composites.compare_groups(composites.fit("y ~ x", data), [1, 2] * 50, 50, 50, seed=1)
    >>> isinstance(found, composites.CompositeGroups), found.distances["group_1"].tolist()
    (True, ['1'])
    """

    fit: CompositeResult
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    estimates: Estimates
    permuted: tuple[Drawn, ...]
    resampled: tuple[Drawn, ...]
    seed: int | None

    def _facts(self) -> Mapping[str, object]:
        sizes = ", ".join(f"{name} {size}" for name, size in zip(self.groups, self.sizes, strict=True))
        first = self.permuted[0]
        return {
            "groups": sizes,
            "permutations": len(first.estimates.converged) // 2 + first.failures,
            "resamples": len(self.resampled[0].estimates.converged) + self.resampled[0].failures,
            "failures": sum(drawn.failures for drawn in (*self.permuted, *self.resampled)),
            "seed": self.seed,
        }

    @property
    def table(self) -> pd.DataFrame:
        """Differences of the paths."""
        return self.differences()

    def of(self, family: str = "paths") -> pd.DataFrame:
        """Estimates of one family, a column per group; families as in ``CompositeBootstrap.of``."""
        import pandas as pd

        values = self._compute(family, self.estimates)
        columns = dict(zip(self.groups, values, strict=True))
        return pd.DataFrame(FAMILIES[family].names(self.fit.specification)).join(pd.DataFrame(columns))

    def differences(self, family: str = "paths", level: float = 0.95) -> pd.DataFrame:
        """One row per pair of groups and estimate.

        Columns: group_1, group_2, the names of the estimate, est_1, est_2, difference; permutation_lower, _upper (range
        of the difference in permuted groups) and _pvalue; henseler_pvalue (one-sided, small when the first is larger)
        and henseler_two_sided; pooled_t, _df, _pvalue; welch_t, _df, _pvalue, by bootstrap errors. p values are not
        adjusted for their number.

        Raises
        ------
        ModelError : an unknown family.
        """
        import pandas as pd

        parts = [
            self._pair(family, (i, j), permuted, level)
            for (i, j), permuted in zip(self._pairs(), self.permuted, strict=False)
        ]
        return pd.concat(parts, ignore_index=True)

    @property
    def distances(self) -> pd.DataFrame:
        """Distances between the correlations of indicators that the model implies in the groups.

        One row per pair (and one for the mean over pairs, with more than two groups): d_l (half the sum of squared
        differences), d_g (half the sum of squared natural logarithms of the eigenvalues of Σ₂⁻¹Σ₁), and their p values
        by permutation. In R: ``cSEM::testMGD(.approach_mgd = "Klesel")``, whose d_g takes logarithms to base 10.
        """
        import pandas as pd

        rows = [
            {"group_1": self.groups[i], "group_2": self.groups[j]} | self._distance([i, j], permuted)
            for (i, j), permuted in zip(self._pairs(), self.permuted, strict=False)
        ]
        if len(self.groups) > 2:
            everyone = self._distance(list(range(len(self.groups))), self.permuted[-1])
            rows.append({"group_1": "all", "group_2": "all"} | everyone)
        return pd.DataFrame(rows)

    def _pairs(self) -> list[tuple[int, int]]:
        return list(combinations(range(len(self.groups)), 2))

    def _compute(self, family: str, estimates: Estimates) -> Array:
        if family not in FAMILIES:
            hint = did_you_mean(family, FAMILIES)
            raise ModelError(f"{family!r} is no family of values; use one of {', '.join(FAMILIES)}{hint}")
        return np.asarray(FAMILIES[family].compute(estimates, self.fit.specification))

    def _pair(self, family: str, pair: tuple[int, int], permuted: Drawn, level: float) -> pd.DataFrame:
        import pandas as pd

        one, other = self._compute(family, self.estimates)[list(pair)]
        gap = one - other
        drawn = self._compute(family, permuted.estimates).reshape(-1, 2, len(gap))
        tested = permutation_test(gap, drawn[:, 0] - drawn[:, 1], level)
        boot = [self._compute(family, self.resampled[k].estimates) for k in pair]
        errors = np.stack([_spread(each) for each in boot])
        sizes = self.sizes[pair[0]], self.sizes[pair[1]]
        henseler = henseler_pvalue(*boot)
        columns: dict[str, Any] = {"est_1": one, "est_2": other, "difference": gap}
        columns |= {f"permutation_{name}": value for name, value in tested.items()}
        columns |= {
            "henseler_pvalue": henseler,
            "henseler_two_sided": 2 * np.minimum(henseler, 1 - henseler),
        }
        for name, test in (("pooled", pooled_test), ("welch", welch_test)):
            columns |= dict(
                zip([f"{name}_{x}" for x in ("t", "df", "pvalue")], test(gap, errors, sizes), strict=True)
            )
        named = pd.DataFrame(FAMILIES[family].names(self.fit.specification))
        named.insert(0, "group_1", self.groups[pair[0]])
        named.insert(1, "group_2", self.groups[pair[1]])
        return named.join(pd.DataFrame(columns))

    def _distance(self, places: list[int], permuted: Drawn) -> dict[str, float]:
        model = self.fit.specification
        observed = _mean_distances(_implied(self.estimates, model)[places][None])
        sigma = _implied(permuted.estimates, model)
        drawn = _mean_distances(sigma.reshape(-1, len(places), *sigma.shape[1:]))
        out: dict[str, float] = {}
        for name, value in observed.items():
            good = np.isfinite(drawn[name])
            extreme = np.sum(drawn[name][good] >= value[0] - ROUNDING)
            out[name] = float(value[0])
            out[f"{name}_pvalue"] = float(share(extreme, good.sum())) if np.isfinite(value[0]) else np.nan
        return out


def _spread(draws: Array) -> Array:
    return draws.std(axis=0, ddof=1) if len(draws) > 1 else np.full(draws.shape[1], np.nan)


def _implied(found: Estimates, model: Specification) -> Array:
    return implied_indicators(found, model, implied_constructs(found, model))


def _mean_distances(sigma: Array) -> dict[str, Array]:
    """(B,) means over pairs of groups, of implied correlations (B, G, p, p)."""
    pairs = list(combinations(range(sigma.shape[1]), 2))
    found = [distances(sigma[:, i], sigma[:, j]) for i, j in pairs]
    return {
        "d_l": np.mean([each["d_uls"] for each in found], axis=0),
        "d_g": np.mean([each["d_g"] for each in found], axis=0),
    }
