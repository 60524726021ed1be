"""Products of constructs: products of indicators, products of scores, and moments of products without errors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]


def standardized(x: Array, mass: Array) -> Array:
    """Columns (B, n, p) of x (n, p) or (B, n, p) with weighted mean zero and standard deviation one (Σw − 1)."""
    total = mass.sum(axis=1)[:, None]
    mean = np.einsum("bn,...np->bp" if x.ndim == 2 else "bn,bnp->bp", mass, x) / total
    gap = x - mean[:, None]
    variance = np.einsum("bn,bnp->bp", mass, gap**2) / (total - 1)
    return gap / np.sqrt(np.where(variance > 1e-20, variance, np.nan))[:, None]


def covariances(x: Array, mass: Array) -> Array:
    """Weighted covariances (B, k, k) of columns (B, n, k), divisor Σw − 1."""
    total = mass.sum(axis=1)[:, None]
    gap = x - (np.einsum("bn,bnk->bk", mass, x) / total)[:, None]
    return (gap * mass[:, :, None]).mT @ gap / (total - 1)[:, :, None]


def product_names(model: Specification) -> list[str]:
    """Indicators that are products, in the order of the model."""
    return [name for name in model.indicators if ":" in name]


def product_columns(z: Array, names: Sequence[str], products: Sequence[str]) -> Array:
    """(B, n, q) products `a:b` of columns."""
    pairs = [tuple(names.index(part) for part in name.split(":")) for name in products]
    return np.stack([z[..., a] * z[..., b] for a, b in pairs], axis=-1)


def residual_products(
    z: Array, made: Array, mass: Array, names: Sequence[str], model: Specification
) -> Array:
    """Products of indicators (B, n, q) less their regression on all indicators of both constructs.

    References
    ----------
    Little, Bovaird & Widaman (2006), doi:10.1207/s15328007sem1304_1.
    """
    products, names = product_names(model), list(names)
    out = np.empty_like(made)
    for construct in model.constructs:
        if ":" not in construct.name:
            continue
        parts = dict.fromkeys(construct.name.split(":"))
        items = [names.index(item) for part in parts for item in model.construct(part).indicators]
        own = [products.index(name) for name in construct.indicators]
        base, target = z[..., items], made[..., own]
        cov = covariances(np.concatenate([base, target], axis=-1), mass)
        k = len(items)
        inverse, _, _ = spd_inverse_logdet(cov[:, :k, :k])
        out[..., own] = target - base @ (inverse @ cov[:, :k, k:])
    return out


def scale_of_products(loadings: Array, deviations: Array) -> Array:
    """(B,) standard deviation of a product construct: the mean of its indicators', weighted by absolute loadings.

    So its path reads as the change of a slope per standard deviation of the moderator.
    """
    size = np.abs(loadings)
    return np.sum(size * deviations, axis=-1) / np.sum(size, axis=-1)


def term_covariances(scores: Array, mass: Array, phi: Array, quality: Array, model: Specification) -> Array:
    """(B, t, t) covariances of constructs and their products, from scores (B, n, m) with correlations φ (B, m, m).

    Products are taken less their expectation. From s = Qη + δ, δ independent and normal, moments of η follow from those
    of scores; with Q = 1 they are the scores' own, and regressions on them are least squares with an intercept.

    Parameters
    ----------
    quality : (B, m) Q, square roots of ρ_A; one for composites.

    References
    ----------
    Dijkstra & Schermelleh-Engel (2014), doi:10.1007/s11336-013-9370-0. In R: ``cSEM::csem(.normality = FALSE)``.
    """
    m, names = len(model.names), model.names
    terms: list[tuple[int, ...]] = [(j,) for j in range(m)]
    terms += [tuple(sorted(names.index(part) for part in name.split(":"))) for name in model.products]
    known, size = Moments(scores, mass, quality), mass.sum(axis=1)
    out = np.empty((len(phi), len(terms), len(terms)))
    out[:, :m, :m] = phi
    for a, b in combinations_with_replacement(range(len(terms)), 2):
        if b < m:
            continue
        moment = known.of(tuple(sorted(terms[a] + terms[b])))
        if a >= m:
            moment = moment - known.of(terms[a]) * known.of(terms[b]) * (1 - 1 / size)
        out[:, a, b] = out[:, b, a] = moment
    return out


class Moments:
    """Moments E[Π η] of constructs, from those of scores with errors; each computed once."""

    __slots__ = ("_held", "_mass", "_quality", "_scores")

    def __init__(self, scores: Array, mass: Array, quality: Array) -> None:
        self._scores, self._quality = scores, quality
        self._mass = mass / (mass.sum(axis=1) - 1)[:, None]
        self._held: dict[tuple[int, ...], Array] = {}

    def of(self, places: tuple[int, ...]) -> Array:
        """E[Π η] (B,) over constructs, one of them as often as it is named."""
        if not places:
            return np.ones(len(self._scores))
        if places not in self._held:
            self._held[places] = self._solve(places)
        return self._held[places]

    def _solve(self, places: tuple[int, ...]) -> Array:
        powers = {j: places.count(j) for j in dict.fromkeys(places)}
        observed = np.einsum("bn,bn->b", self._mass, np.prod(self._scores[..., list(places)], axis=-1))
        if len(places) == 1:
            return np.zeros(len(observed))
        rest = np.zeros(len(observed))
        for taken in _choices(powers):
            if not any(taken.values()):
                continue
            left = tuple(j for j in powers for _ in range(powers[j] - taken[j]))
            factor = np.ones(len(observed))
            for j, power in powers.items():
                factor = factor * comb(power, taken[j]) * self._errors(j, taken[j])
                factor = factor * self._quality[:, j] ** (power - taken[j])
            rest += factor * self.of(left)
        whole = np.prod([self._quality[:, j] ** power for j, power in powers.items()], axis=0)
        return (observed - rest) / whole

    def _errors(self, j: int, power: int) -> Array:
        """E[δ^power] of a normal error with variance 1 − Q²."""
        variance = 1 - self._quality[:, j] ** 2
        if power % 2:
            return np.zeros(len(variance))
        return {0: np.ones(len(variance)), 2: variance, 4: 3 * variance**2}[power]


def _choices(powers: dict[int, int]) -> list[dict[int, int]]:
    """Every way to take some of each power."""
    out: list[dict[int, int]] = [{}]
    for j, power in powers.items():
        out = [held | {j: taken} for held in out for taken in range(power + 1)]
    return out
