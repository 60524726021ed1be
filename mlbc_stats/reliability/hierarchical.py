"""Reliability of totals under second-order and bifactor models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.factor.bifactor import explained_common_variance, uncontaminated
from mlbc_stats.loading_shares import share_of
from mlbc_stats.reliability.measurement import Measurement, read_measurement
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.showing import Shown

ORTHOGONAL = 1e-8
"""Correlation up to which two factors count as uncorrelated."""


@dataclass(frozen=True, slots=True, repr=False)
class SecondOrderOmega(Shown):
    """Reliability of a second-order factor.

    Attributes
    ----------
    level1 : share of the total score's variance in the model due to it; level1_observed : of its observed variance.
    level2 : share of the first-order factors' sum.
    partial_level1 : share of the total score after the first-order disturbances are set aside.

    With ordinal items level 1 is that of the sum of the answers as coded (Green & Yang's formula), and the partial
    one is NaN: thresholds do not say what the answers would be without the disturbances.
    """

    level1: float
    level1_observed: float
    level2: float
    partial_level1: float


@dataclass(frozen=True, slots=True, repr=False)
class BifactorOmega(Shown):
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
    In R: ``semTools::reliabilityL2(fit, "g")``; ``semTools::compRelSEM(fit, higher = "g")`` for level1_observed.

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
    """ω total, ω hierarchical, ECV and PUC of a bifactor model, one per group.

    All from standardized loadings L of the general factor's items and the latent correlations Φ: with C = LΦLᵀ,
    V = 1'C1 + Σ(1 − C_ii); ω_h = (Σg)²/V, ω = 1'C1/V; ECV = Σg²/ΣL²; PUC = 1 − Σ k_s(k_s − 1)/(k(k − 1)) over the items
    in group factors. Group factors may correlate with one another. Factors that measure none of these items, such as an
    outcome, do not count.

    Raises
    ------
    DataError
        if the general factor is not in the model, correlates with a group factor, or a group factor has other items.

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
        level1=share_of(shared, part.implied_variance(items)),
        level1_observed=share_of(shared, part.sample_variance(items)),
        level2=share_of(float(beta.sum()) ** 2 * variance, float(part.phi[np.ix_(own, own)].sum())),
        partial_level1=share_of(common, common + residual),
    )


def _bifactor(part: Measurement, general: str) -> BifactorOmega:
    """Of the general factor's own items and the factors that measure some of them; other factors do not count."""
    if general not in part.factors:
        raise DataError(f"{general!r} is not a factor of this model; it has {', '.join(part.factors)}")
    items = part.indicators(general)
    specific = [name for name in part.factors if name != general and set(part.indicators(name)) & set(items)]
    _check_general(part, general, specific, items)
    columns = [part.factors.index(name) for name in (general, *specific)]
    loadings = part.standardized[np.ix_(items, columns)]
    common = loadings @ part.latent_correlation[np.ix_(columns, columns)] @ loadings.T
    g, groups = loadings[:, 0], loadings[:, 1:]
    variance = float(common.sum() + np.sum(1 - np.diagonal(common)))
    total, hierarchical = share_of(float(common.sum()), variance), share_of(float(g.sum() ** 2), variance)
    shares = {name: _subscale(common, groups[:, s]) for s, name in enumerate(specific)}
    if not part.is_continuous(items):
        total, hierarchical, shares = _of_scores(part, general, specific, items)
    return BifactorOmega(
        total=total,
        hierarchical=hierarchical,
        ecv=explained_common_variance(loadings),
        puc=uncontaminated(groups),
        subscales=shares,
    )


def _check_general(part: Measurement, general: str, specific: list[str], items: list[int]) -> None:
    """Refuse what is no bifactor model: a general factor that correlates with group factors, or items of others'."""
    at = part.factors.index(general)
    tied = [
        name for name in specific if abs(part.latent_correlation[at, part.factors.index(name)]) > ORTHOGONAL
    ]
    if tied:
        raise DataError(
            f"{general!r} correlates with {', '.join(tied)}: omega hierarchical needs a general factor that is "
            f"uncorrelated with the group factors; fix these covariances at zero, such as {general} ~~ 0*{tied[0]}"
        )
    wider = [name for name in specific if not set(part.indicators(name)) <= set(items)]
    if wider:
        raise DataError(
            f"{', '.join(wider)} measures items that {general!r} does not: not a group factor of a bifactor model"
        )


def _of_scores(
    part: Measurement, general: str, specific: list[str], items: list[int]
) -> tuple[float, float, dict[str, float]]:
    """Total, hierarchical and subscales of sums of ordinal answers."""

    def share(factors: list[str], items: list[int]) -> float:
        columns = [part.factors.index(name) for name in factors]
        own = part.loadings[:, columns]
        common = own @ part.phi[np.ix_(columns, columns)] @ own.T
        return share_of(part.common_variance(common, items), part.implied_variance(items))

    subscales = {name: share([name], part.indicators(name)) for name in specific}
    return share([general, *specific], items), share([general], items), subscales


def _subscale(common: np.ndarray, own: np.ndarray) -> float:
    """Share of the variance of a subscale's sum that its group factor's loadings (p,) bring about."""
    inside = common[np.ix_(own != 0, own != 0)]
    return share_of(float(own.sum() ** 2), float(inside.sum() + np.sum(1 - np.diagonal(inside))))
