"""Segments found by a finite mixture of structural equations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.segments.segment_criteria import SegmentCriteria
from mlbc_stats.composites.structural.equations import solve_paths
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CompositeSegments(Shown):
    """K segments of n cases, the largest first; e equations, t terms.

    Attributes
    ----------
    fit : the model of all cases. shares : (K,) of the segments. posterior : (n, K) chances of a case.
    coefficients : (K, e, t) paths, row from column; intercepts : (K, e); variances, r2 : (K, e) of each equation.
    criteria : information criteria and sharpness. converged : whether EM arrived.
    reached, starts : starts that led to this solution, of how many that did not degenerate. degenerate : how many did.
    warnings : what stands against the solution.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause, half = rng.normal(size=200), np.repeat([0.8, -0.8], 100)
    >>> data = {"x": cause, "y": half * cause + 0.3 * rng.normal(size=200)}
    >>> found = composites.fimix(composites.fit("y ~ x", data), 2, seed=1)
    >>> isinstance(found, composites.CompositeSegments), np.bincount(found.assigned)[1:].sum()
    (True, np.int64(200))
    """

    fit: CompositeResult
    shares: Array
    posterior: Array
    coefficients: Array
    intercepts: Array
    variances: Array
    r2: Array
    criteria: SegmentCriteria
    converged: bool
    reached: int
    starts: int
    degenerate: int
    warnings: tuple[str, ...]

    @property
    def n_segments(self) -> int:
        """K."""
        return len(self.shares)

    @property
    def assigned(self) -> Array:
        """(n,) number of the likeliest segment of each case used, from 1; groups for `composites.compare_groups`."""
        return np.asarray(self.posterior.argmax(axis=1) + 1)

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `paths`."""
        return self.paths

    @property
    def paths(self) -> pd.DataFrame:
        """One row per path: lhs, op, rhs, all (the whole sample's scores), segment_1, …; in its deviations."""
        import pandas as pd

        model = self.fit.specification
        places = {name: e for e, name in enumerate(self._outcomes())}
        whole = pd.DataFrame(self._pooled(), index=model.terms, columns=model.terms)
        rows = [
            {"lhs": target, "op": "~", "rhs": source, "all": whole.loc[target, source]}
            | {
                f"segment_{k + 1}": self.coefficients[k, places[target], model.terms.index(source)]
                for k in range(self.n_segments)
            }
            for source, target in model.paths
        ]
        return pd.DataFrame(rows)

    @property
    def rsquare(self) -> pd.DataFrame:
        """One row per endogenous construct: share of its mean square (its variance, with intercepts) explained."""
        import pandas as pd

        columns = [f"segment_{k + 1}" for k in range(self.n_segments)]
        return pd.DataFrame(self.r2.T, index=pd.Index(self._outcomes(), name="construct"), columns=columns)

    @property
    def sizes(self) -> pd.DataFrame:
        """One row per segment: share (of the mixture), cases (likeliest in it), sure (their mean chance)."""
        import pandas as pd

        cases = np.bincount(self.assigned, minlength=self.n_segments + 1)[1:]
        best = np.where(np.arange(1, self.n_segments + 1) == self.assigned[:, None], self.posterior, 0.0)
        with np.errstate(invalid="ignore"):
            columns = {"share": self.shares, "cases": cases, "sure": best.sum(axis=0) / cases}
        return pd.DataFrame(columns, index=pd.RangeIndex(1, self.n_segments + 1, name="segment"))

    def _outcomes(self) -> list[str]:
        terms = self.fit.specification.terms
        return [terms[k] for k in np.flatnonzero(self.fit.specification.adjacency.any(axis=1))]

    def _pooled(self) -> Array:
        return np.asarray(solve_paths(self.fit.estimates.composite_correlation, self.fit.specification)[0][0])

    def _facts(self) -> Mapping[str, object]:
        return {
            "segments": self.n_segments,
            "shares": ", ".join(f"{share:.3f}" for share in self.shares),
            "lnl": self.criteria.lnl,
            "aic3": self.criteria.aic3,
            "caic": self.criteria.caic,
            "en": self.criteria.en,
            "starts": f"{self.reached} of {self.starts} reached it, {self.degenerate} degenerated",
            "warnings": "; ".join(self.warnings),
        }
