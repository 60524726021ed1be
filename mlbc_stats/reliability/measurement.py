"""Read the measurement part of a fitted model: loadings, factor covariances, residuals, per group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import deviations
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.latent_responses import Responses, read_responses
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.results.levels import require_one_level


@dataclass(frozen=True, slots=True)
class Measurement:
    """Measurement part of one group.

    Attributes
    ----------
    group : label, "" for a single group.
    items : (p,) observed variables; factors : (m,) latent variables with observed indicators.
    loadings : (p, m) unstandardized; higher : (m, h) loadings of the factors on the `general` factors (h,).
    phi : (m, m) implied covariances of the factors; phi_general : (h, h) of the general ones.
    theta : (p, p) residual covariances of the items.
    sample, implied : (p, p) covariance matrices, divisor n.
    responses : of ordinal items their cuts and correlations, None without ordinal items; loadings, theta, sample and
        implied are then those of responses y* of unit variance (continuous items keep theirs).
    scores : (p, p) covariances of the observed answers, divisor n; `sample` without ordinal items.
    """

    group: str
    items: tuple[str, ...]
    factors: tuple[str, ...]
    general: tuple[str, ...]
    loadings: Floats
    higher: Floats
    phi: Floats
    phi_general: Floats
    theta: Floats
    sample: Floats
    implied: Floats
    responses: Responses | None
    scores: Floats

    @property
    def standardized(self) -> Floats:
        """Loadings with items and factors of unit variance (p, m)."""
        spread = np.sqrt(np.maximum(np.diagonal(self.phi), 0.0))
        return self.loadings * spread / deviations(np.diagonal(self.implied))[:, None]

    @property
    def latent_correlation(self) -> Floats:
        """Implied correlations of the factors (m, m)."""
        scale = deviations(np.diagonal(self.phi))
        return self.phi / (scale[:, None] * scale)

    @property
    def sample_correlation(self) -> Floats:
        """Observed correlations of the items (p, p)."""
        scale = deviations(np.diagonal(self.sample))
        return self.sample / (scale[:, None] * scale)

    def common_variance(self, common: Floats, items: list[int]) -> float:
        """Variance of the sum of the items' scores that a part `common` (p, p) of the implied covariances brings about.

        NaN where a sum mixes ordinal and continuous items.
        """
        if self.is_continuous(items):
            return float(common[np.ix_(items, items)].sum())
        ordinal = self.responses if self.is_ordinal(items) else None
        return np.nan if ordinal is None else float(ordinal.common_total(common, items))

    def implied_variance(self, items: list[int]) -> float:
        """Implied variance of the sum of the items' scores; NaN for a mixed sum."""
        return self._sum_variance(self.implied, items)

    def sample_variance(self, items: list[int]) -> float:
        """The same from the sample covariances; for ordinal items from their thresholds and polychoric correlations."""
        return self._sum_variance(self.sample_correlation if self.is_ordinal(items) else self.sample, items)

    def is_ordinal(self, items: list[int]) -> bool:
        """Whether all the items are ordinal."""
        return self.responses is not None and bool(self.responses.ordinal[items].all())

    def is_continuous(self, items: list[int]) -> bool:
        """Whether none of the items is ordinal."""
        return self.responses is None or not bool(self.responses.ordinal[items].any())

    def _sum_variance(self, cov: Floats, items: list[int]) -> float:
        if self.is_continuous(items):
            return float(cov[np.ix_(items, items)].sum())
        ordinal = self.responses if self.is_ordinal(items) else None
        return np.nan if ordinal is None else float(ordinal.total_of(cov, items))

    def indicators(self, factor: str) -> list[int]:
        """Positions of the items of a factor."""
        return [int(i) for i in np.flatnonzero(self.loadings[:, self.factors.index(factor)])]


def read_measurement(result: SemResult) -> tuple[Measurement, ...]:
    """Measurement part of a fitted model, one per group.

    Raises
    ------
    DataError
        if the model did not converge, or measures nothing (`=~` with observed indicators).
    """
    require_one_level(result, "reliability and validity", "fit the level of interest by itself")
    if not result.converged:
        raise DataError("the model did not converge: its reliability would be arbitrary")
    items, factors, general = _roles(result)
    if not factors:
        raise DataError("the model has no latent variable with observed indicators (`factor =~ item + item`)")
    return tuple(_read_group(result, g, items, factors, general) for g in range(result.table.n_groups))


def _roles(result: SemResult) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Observed indicators, their factors, and the factors of factors."""
    observed = set(result.table.observed)
    loads = (row for row in result.table.parameters if row.op == "=~" and (row.free or row.fixed != 0))
    pairs = [(row.lhs, row.rhs) for row in loads]
    items = tuple(dict.fromkeys(rhs for _, rhs in pairs if rhs in observed))
    factors = tuple(dict.fromkeys(lhs for lhs, rhs in pairs if rhs in observed))
    general = tuple(dict.fromkeys(lhs for lhs, rhs in pairs if rhs in set(factors)))
    return items, factors, tuple(name for name in general if name not in factors)


def _read_group(
    result: SemResult, g: int, items: tuple[str, ...], factors: tuple[str, ...], general: tuple[str, ...]
) -> Measurement:
    ram, implied = result.solution.rams[g], result.solution.implied()[g]
    place = {name: i for i, name in enumerate(ram.variables)}
    at = {names: [place[name] for name in names] for names in (items, factors, general)}
    total = implied.inverse @ implied.disturbance @ implied.inverse.T
    label = str(result.table.group_labels[g]) if result.table.n_groups > 1 else ""
    observed = list(result.table.observed)
    columns = [observed.index(name) for name in items]
    rows = np.ix_(columns, columns)
    moments = result.moments[g]
    responses = None if moments.ordinal is None else read_responses(result, g, items, factors, result.theta)
    unit = np.ones(len(items))
    if responses is not None:
        unit = np.where(responses.ordinal, 1 / np.sqrt(np.diagonal(implied.sigma)[columns]), 1.0)
    return Measurement(
        group=label,
        items=items,
        factors=factors,
        general=general,
        loadings=_loadings(result, g + 1, items, factors) * unit[:, None],
        higher=_loadings(result, g + 1, factors, general),
        phi=total[np.ix_(at[factors], at[factors])],
        phi_general=total[np.ix_(at[general], at[general])],
        theta=implied.disturbance[np.ix_(at[items], at[items])] * np.outer(unit, unit),
        sample=moments.cov[rows],
        implied=implied.sigma[rows] * np.outer(unit, unit),
        responses=responses,
        scores=moments.cov[rows] if responses is None else _observed(moments, columns),
    )


def _observed(moments: SampleMoments, columns: list[int]) -> Floats:
    """Covariances of the answers as given, divisor n, over the cases that answered both items."""
    raw = np.asarray(moments.raw)[:, columns]
    seen = ~np.isnan(raw)
    counts = seen.astype(float).T @ seen
    filled = np.where(seen, raw - np.nanmean(raw, axis=0), 0.0)
    sums = filled.T @ seen
    return np.asarray((filled.T @ filled - sums * sums.T / counts) / counts)


def _loadings(result: SemResult, group: int, rows: tuple[str, ...], columns: tuple[str, ...]) -> Floats:
    out = np.zeros((len(rows), len(columns)))
    for row in result.table.parameters:
        if row.op == "=~" and row.group == group and row.lhs in columns and row.rhs in rows:
            value = result.theta[row.free - 1] if row.free else row.fixed
            out[rows.index(row.rhs), columns.index(row.lhs)] = value
    return out
