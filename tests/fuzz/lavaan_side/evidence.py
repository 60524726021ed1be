"""What decides who is right about a case, computed apart from what is compared: one property, one argument."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy.stats import multivariate_normal, ncx2, norm

from mlbc_stats.sem.estimation.solve import bind_objective
from tests.fuzz.lavaan_side.asking import Pair
from tests.fuzz.lavaan_side.differences import Difference, Found, numbers
from tests.reference.leaves import Path

FLAT = 1e-6
"""Curvature, in units of the information, below which a direction is all but undetermined."""

WIDE = 1e6
"""Condition number of a covariance matrix in its own units from which lavaan's inverses drop directions."""

LARGE = 1e6
"""Statistic from which noncentral χ² is taken for normal."""

GAIN = 1e-6
"""Log-likelihood by which one estimate is better than another."""


@dataclass(frozen=True)
class Evidence:
    """A case with everything that differs in it."""

    pair: Pair
    found: tuple[Difference, ...]

    @property
    def fit(self) -> Found:
        """Ours, which is there where anything differs."""
        assert self.pair.fit is not None
        return self.pair.fit

    def there(self, field: str, *path: str) -> float:
        """One of lavaan's numbers; NaN where it has none."""
        value = self.pair.there["ours"]["values"].get(field, {})
        for step in path:
            value = value.get(step, {}) if isinstance(value, dict) else {}
        return float(value) if isinstance(value, (int, float)) else math.nan

    @cached_property
    def unseen(self) -> tuple[frozenset[str], ...]:
        """Pairs of variables that no case of a group has both of, once for each group."""
        data, group = self.pair.case.data, self.pair.case.arguments.get("group")
        parts = [part for _, part in data.groupby(group)] if group else [data]
        names = self.fit.table.observed
        return tuple(
            frozenset(pair)
            for part in parts
            for pair in combinations(names, 2)
            if not (part[pair[0]].notna() & part[pair[1]].notna()).any()
        )

    @cached_property
    def lower_baseline(self) -> bool:
        """The independence model of ours has the smaller discrepancy: lavaan's search for it stopped before."""
        both = [each for each in self.found if each.path == ("fit", "baseline.chisq")]
        return any(each.here < each.there for each in both)

    @cached_property
    def better_saturated(self) -> bool:
        """The unrestricted moments of ours have at least the likelihood of lavaan's."""
        logl = self.fit.fit_measures.get("unrestricted_logl", math.nan)
        return bool(logl >= self.there("fit", "unrestricted.logl") - GAIN)

    @cached_property
    def unweighted(self) -> dict[Path, float]:
        """Our numbers with lavaan's Γ: that of the rows without their weights, about the weighted moments."""
        solution = self.fit.solution
        bare = tuple(replace(moments, weights=None) for moments in solution.moments)
        if solution.method.discrepancy in ("WLS", "DWLS"):
            bound = bind_objective(self.fit.table, bare, solution.method)
            solution = replace(solution, objective=replace(bound, shares=solution.objective.shares))
        return numbers(
            replace(self.fit, solution=replace(solution, moments=bare)), ("tests", "fit", "parameters")
        )

    @cached_property
    def likelier(self) -> bool:
        """Every ordinal correlation that differs has the higher likelihood here, given lavaan's thresholds."""
        moved = [each for each in self.found if each.family == "sample moments"]
        return bool(moved) and all(self._gain(each) > GAIN for each in moved)

    def _gain(self, each: Difference) -> float:
        if each.path[-1] == each.path[-2]:
            return -math.inf
        first, second = sorted(each.path[-2:], key=self._is_ordinal)
        return self._likelihood(first, second, each.here) - self._likelihood(first, second, each.there)

    def _is_ordinal(self, name: str) -> bool:
        return name in dict(self.fit.table.thresholds)

    def _likelihood(self, first: str, second: str, covariance: float) -> float:
        """Log-likelihood of two columns of one group without weights, second ordinal, given their own margins."""
        kept = self.fit.table.observed if self.fit.method.missing == "listwise" else (first, second)
        data = self.pair.case.data.dropna(
            subset=list(dict.fromkeys([*kept, *self.fit.table.fixed_covariates]))
        )
        lower, upper = self._cuts(data, second)
        if self._is_ordinal(first):
            low, high = self._cuts(data, first)
            return float(np.sum(np.log(np.maximum(_rectangle(low, high, lower, upper, covariance), 1e-300))))
        x = data[first].to_numpy()
        z, r = (x - x.mean()) / x.std(), covariance / x.std()
        if abs(r) >= 1:
            return -math.inf
        left = math.sqrt(1 - r * r)
        chance = norm.cdf((upper - r * z) / left) - norm.cdf((lower - r * z) / left)
        return float(np.sum(np.log(np.maximum(chance, 1e-300))))

    def _cuts(self, data: Found, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Thresholds on both sides of each answer, less what the covariates predict, as lavaan has them."""
        count, given = dict(self.fit.table.thresholds)[name], self.fit.table.fixed_covariates
        field = "res." if given else ""
        cuts = [self.there("sampstat", f"{field}th", f"{name}|t{k}") for k in range(1, count + 1)]
        edges = np.array([-np.inf, *cuts, np.inf])
        at = data[name].rank(method="dense").to_numpy(int)
        predicted = sum(self._slope(name, x) * data[x].to_numpy() for x in given)
        return edges[at - 1] - predicted, edges[at] - predicted

    def _slope(self, name: str, covariate: str) -> float:
        table = self.pair.there["ours"]["values"]["sampstat"]["res.slopes"]
        return float(table["values"][table["rownames"].index(name)][table["colnames"].index(covariate)])

    @cached_property
    def nearly_flat(self) -> bool:
        """A direction at our solution is all but undetermined."""
        audit = self.fit.audit
        return audit is not None and abs(audit.curvature) < FLAT

    @cached_property
    def wide(self) -> bool:
        """An implied covariance matrix, or one of residuals, is singular or nearly so in the units of the data."""
        for ram, implied in zip(self.fit.solution.rams, self.fit.solution.implied(), strict=True):
            roots = np.linalg.eigvalsh(implied.sigma)
            residual = np.diag(implied.disturbance)[: ram.n_observed]
            if roots[0] <= roots[-1] / WIDE or residual.min() <= residual.max() / WIDE:
                return True
        return False

    def gaps(self, path: Path) -> list[tuple[float, float]]:
        """Sample less implied covariance of a pair in each group, raw and as a correlation; none for other moments."""
        names, found = self.fit.table.observed, []
        if not set(path[-2:]) <= set(names):
            return []
        i, j = (names.index(name) for name in path[-2:])
        for moments, implied in zip(self.fit.moments, self.fit.solution.implied(), strict=True):
            raw = float(moments.cov[i, j] - implied.sigma[i, j])
            found.append((raw, raw / math.sqrt(moments.cov[i, i] * moments.cov[j, j])))
        return found

    def few_cases(self, moments: bool) -> bool:
        """A group has fewer cases than parameters, or than moments: products of their scores are singular."""
        return any(
            float(each.n) <= (len(each.names) * (len(each.names) + 3) // 2 if moments else len(ram.free))
            for each, ram in zip(self.fit.moments, self.fit.solution.rams, strict=True)
        )

    def limit_holds(self, value: float, stat: float, df: float, n: float, chance: float) -> bool:
        """Whether a limit of RMSEA is that of the definition: P(χ²(df, n df RMSEA²) < stat) is `chance`."""
        shift = n * df * value**2
        if stat > LARGE:  # the distribution is normal to that many digits
            return abs(float(norm.cdf((stat - df - shift) / math.sqrt(2 * (df + 2 * shift)))) - chance) < 2e-3
        return abs(float(ncx2.cdf(stat, df, shift)) - chance) < 1e-4


def _rectangle(a0: np.ndarray, a1: np.ndarray, b0: np.ndarray, b1: np.ndarray, r: float) -> np.ndarray:
    corners = [np.column_stack([np.clip(a, -9, 9), np.clip(b, -9, 9)]) for a in (a0, a1) for b in (b0, b1)]
    low, left, right, high = (
        np.atleast_1d(multivariate_normal.cdf(c, cov=[[1, r], [r, 1]])) for c in corners
    )
    return np.asarray(high - left - right + low)
