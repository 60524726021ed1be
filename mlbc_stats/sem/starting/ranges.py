"""Say which values of a parameter the sample moments allow: what a bound of it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, sqrt

import numpy as np

from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

KINDS = ("ov.var", "lv.var", "loadings", "covariances")


@dataclass(frozen=True, slots=True)
class Limits:
    """Which parameters are bounded, and how far beyond their range.

    Attributes
    ----------
    lower, upper : kind of parameter to the factor by which its range is stretched at that end (1: not at all).
    reliability : least reliability of a marker; a factor's variance is at least that share of the marker's.
    endogenous : least residual variance of a latent variable that something else explains.
    """

    lower: Mapping[str, float] = field(default_factory=dict)
    upper: Mapping[str, float] = field(default_factory=dict)
    reliability: float = 0.0
    endogenous: float = 0.0


NAMED = {
    "standard": Limits(
        dict(zip(KINDS, (1.0, 1.0, 1.0, 0.999), strict=True)),
        dict(zip(KINDS, (1.0, 1.0, 1.0, 0.999), strict=True)),
        0.1,
        0.005,
    ),
    "wide": Limits(
        dict(zip(KINDS, (1.05, 1.0, 1.1, 1.0), strict=True)),
        dict(zip(KINDS, (1.2, 1.3, 1.1, 1.0), strict=True)),
        0.1,
        0.005,
    ),
    "pos.var": Limits({"ov.var": 1.0, "lv.var": 1.0}),
    "pos.ov.var": Limits({"ov.var": 1.0}),
    "pos.lv.var": Limits({"lv.var": 1.0}),
}


class Ranges:
    """Ranges of the parameters of one group, before and after they are stretched."""

    def __init__(
        self, rows: list[Parameter], table: ParameterTable, variance: dict[str, float], limits: Limits
    ) -> None:
        self.limits, self.variance = limits, variance
        loadings = [row for row in rows if row.op == "=~"]
        self.explained = {row.lhs for row in rows if row.op == "~"} | {row.rhs for row in loadings}
        self.marker = {
            name: unit[0]
            for name in table.latent
            if len(unit := [r.rhs for r in loadings if r.lhs == name and not r.free and r.fixed == 1]) == 1
            and unit[0] in variance
        }
        self.fixed = {
            row.lhs: float(row.fixed or 0.0)
            for row in rows
            if row.op == "~~" and row.lhs == row.rhs and not row.free and row.fixed is not None
        }

    def of(self, row: Parameter) -> tuple[float, float]:
        """Stretched bounds; infinite where there are none."""
        kind = self._kind(row)
        low, high = self._plain(row, kind)
        below, above = self.limits.lower.get(kind), self.limits.upper.get(kind)
        width = high - low if np.isfinite(high - low) else 0.0
        return (
            -inf if below is None or not np.isfinite(low) else low - (below - 1) * width,
            inf if above is None or not np.isfinite(high) else high + (above - 1) * width,
        )

    def _kind(self, row: Parameter) -> str:
        if row.op == "=~":
            return "loadings"
        if row.op != "~~":
            return ""
        if row.lhs != row.rhs:
            return "covariances"
        return "ov.var" if row.lhs in self.variance else "lv.var"

    def _plain(self, row: Parameter, kind: str) -> tuple[float, float]:
        if kind == "ov.var":
            share = 1 - self.limits.reliability if row.lhs in self.marker.values() else 1.0
            return 0.0, share * self.variance[row.lhs]
        if kind == "lv.var":
            least = self.limits.endogenous if row.lhs in self.explained else self._least(row.lhs)
            marker = self.marker.get(row.lhs)
            return least, self.variance[marker] if marker else max(self.variance.values())
        if kind == "loadings" and row.rhs in self.variance:
            scale = self.fixed.get(row.lhs, self._least(row.lhs))
            most = sqrt(self.variance[row.rhs] / scale) if scale > 0 else inf
            return -most, most
        if kind == "covariances":
            most = sqrt(max(self._most(row.lhs), 0.0) * max(self._most(row.rhs), 0.0))
            return -most, most
        return -inf, inf

    def _least(self, latent: str) -> float:
        marker = self.marker.get(latent)
        return self.limits.reliability * self.variance[marker] if marker else 0.0

    def _most(self, name: str) -> float:
        if name in self.fixed:
            return self.fixed[name]
        own = Parameter(name, "~~", name, 0, 1, "", "", None, None, False, 0)
        return self.of(own)[1]
