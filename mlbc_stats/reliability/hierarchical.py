"""Reliability of totals under second-order and bifactor models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.measurement import Measurement, read_measurement
from mlbc_stats.sem.fitting.sem_result import SemResult


@dataclass(frozen=True, slots=True)
class SecondOrderOmega:
    """Reliability of a second-order factor.

    Attributes
    ----------
    level1 : share of the total score's variance due to it. level2 : share of the first-order factors' sum.
    partial_level1 : share of the total score after the first-order disturbances are set aside.

    With ordinal items level 1 is that of the sum of the answers as coded (Green & Yang's formula), and the partial
    one is NaN: thresholds do not say what the answers would be without the disturbances.
    """

    level1: float
    level2: float
    partial_level1: float


@dataclass(frozen=True, slots=True)
class BifactorOmega:
    """Reliability under a bifactor model.

    Attributes
    ----------
    total : share of the standardized total's variance due to all factors. hierarchical : due to the general one.
    ecv : share of the common variance that the general factor explains. puc : share of the correlations between
        items of different group factors, which it alone explains.
    subscales : for each group factor, share of its subscale's variance due to it beyond the general one.

    With ordinal items total, hierarchical and subscales are those of sums of the answers as coded (Green & Yang's
    formula); ecv and puc stay those of the responses y* behind them.
    """

    total: float
    hierarchical: float
    ecv: float
    puc: float
    subscales: dict[str, float]


def second_order_omega(result: SemResult, factor: str) -> tuple[SecondOrderOmega, ...]:
    """ω of a second-order factor, one per group.

    With Λ the first-order loadings, β those on the second-order factor of variance φ: the numerator is
    (1'Λβ)²φ, divided by the model's 1'Σ1 (level 1) or by the same without the disturbances of the first-order
    factors, 1'Λβφβ'Λ'1 + 1'Θ1 (partial); at level 2 it is (1'β)²φ/1'Φ1.

    Raises
    ------
    DataError
        if the model has no such second-order factor.

    References
    ----------
    In R: ``semTools::reliabilityL2(fit, "g")``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> facets = rng.normal(size=(500, 1)) + rng.normal(size=(500, 3)) / 2
    >>> items = np.repeat(facets, 3, axis=1) + rng.normal(size=(500, 9))
    >>> model = "u =~ a + b + c\\nv =~ d + e + f\\nw =~ g + h + i\\nall =~ u + v + w"
    >>> fit = sem.cfa(model, dict(zip("abcdefghi", items.T)))
    >>> result = second_order_omega(fit, "all")[0]
    >>> result.level1 < result.level2
    True
    """
    return tuple(_second_order(part, factor) for part in read_measurement(result))


def bifactor_omega(result: SemResult, general: str) -> tuple[BifactorOmega, ...]:
    """ω total, ω hierarchical, ECV and PUC of a bifactor model with orthogonal factors, one per group.

    All from standardized loadings: ω_h = (Σg)²/V with V = (Σg)² + Σ_s (Σl_s)² + Σ(1 − h²); ECV = Σg²/Σh²;
    PUC = 1 − Σ k_s(k_s − 1)/(k(k − 1)) over the items in group factors.

    Raises
    ------
    DataError
        if the general factor is not in the model.

    References
    ----------
    Rodriguez, Reise & Haviland (2016), doi:10.1037/met0000045. In R: ``psych::omegaFromSem`` (total, hierarchical).

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> groups = np.repeat(rng.normal(size=(500, 3)) / 2, 3, axis=1)
    >>> items = rng.normal(size=(500, 1)) + groups + rng.normal(size=(500, 9))
    >>> names = list("abcdefghi")
    >>> model = "all =~ " + "+".join(names) + "\\nu =~ a + b + c\\nv =~ d + e + f\\nw =~ g + h + i"
    >>> fit = sem.cfa(model, dict(zip(names, items.T)), std_lv=True, orthogonal=True)
    >>> result = bifactor_omega(fit, "all")[0]
    >>> result.hierarchical < result.total, round(result.puc, 2)
    (True, 0.75)
    """
    return tuple(_bifactor(part, general) for part in read_measurement(result))


def _second_order(part: Measurement, factor: str) -> SecondOrderOmega:
    if factor not in part.general:
        raise DataError(
            f"{factor!r} is not a second-order factor of this model; it has {', '.join(part.general) or 'none'}"
        )
    column = part.general.index(factor)
    beta, variance = part.higher[:, column], float(part.phi_general[column, column])
    sums = part.loadings.sum(axis=0)  # 1'Λ
    own = beta != 0
    items = [int(i) for i in np.flatnonzero(np.any(part.loadings[:, own] != 0, axis=1))]
    reach = part.loadings @ beta
    shared = part.common_variance(np.outer(reach, reach) * variance, items)
    common = float(sums @ beta) ** 2 * variance if part.is_continuous(items) else np.nan
    residual = float(part.theta[np.ix_(items, items)].sum())
    return SecondOrderOmega(
        level1=shared / part.implied_variance(items),
        level2=float(beta.sum()) ** 2 * variance / float(part.phi[np.ix_(own, own)].sum()),
        partial_level1=common / (common + residual),
    )


def _bifactor(part: Measurement, general: str) -> BifactorOmega:
    if general not in part.factors:
        raise DataError(f"{general!r} is not a factor of this model; it has {', '.join(part.factors)}")
    loadings = part.standardized
    g = loadings[:, part.factors.index(general)]
    specific = [name for name in part.factors if name != general]
    groups = loadings[:, [part.factors.index(name) for name in specific]]
    unique = float(np.sum(1 - np.sum(loadings**2, axis=1)))
    variance = float(g.sum() ** 2 + np.sum(groups.sum(axis=0) ** 2)) + unique
    sizes, k = np.count_nonzero(groups, axis=0), np.count_nonzero(groups.any(axis=1))
    shares = {name: _subscale(loadings, groups[:, s]) for s, name in enumerate(specific)}
    total, hierarchical = 1 - unique / variance, float(g.sum() ** 2) / variance
    if not part.is_continuous(list(range(len(loadings)))):
        total, hierarchical, shares = _of_scores(part, general, specific)
    return BifactorOmega(
        total=total,
        hierarchical=hierarchical,
        ecv=float(np.sum(g**2) / np.sum(loadings**2)),
        puc=float(1 - np.sum(sizes * (sizes - 1)) / (k * (k - 1))),
        subscales=shares,
    )


def _of_scores(part: Measurement, general: str, specific: list[str]) -> tuple[float, float, dict[str, float]]:
    """Total, hierarchical and subscales of sums of ordinal answers."""

    def share(factors: list[str], items: list[int]) -> float:
        columns = [part.factors.index(name) for name in factors]
        own = part.loadings[:, columns]
        common = own @ part.phi[np.ix_(columns, columns)] @ own.T
        return part.common_variance(common, items) / part.implied_variance(items)

    items = list(range(len(part.items)))
    subscales = {name: share([name], part.indicators(name)) for name in specific}
    return share(list(part.factors), items), share([general], items), subscales


def _subscale(loadings: np.ndarray, own: np.ndarray) -> float:
    inside = loadings[own != 0]
    variance = float(np.sum(inside.sum(axis=0) ** 2) + np.sum(1 - np.sum(inside**2, axis=1)))
    return float(own.sum() ** 2) / variance
