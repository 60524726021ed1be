"""Discrepancies between sample and implied moments, each with its slopes; they never see the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import spd_inverse_logdet, vech_indices
from mlbc_stats.moments.incomplete.fiml import fiml_value_gradient, pattern_parts
from mlbc_stats.moments.incomplete.patterns import Patterns, take_patterns
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.evaluation import Evaluation

Keep = NDArray[np.bool_] | NDArray[np.intp]


class Discrepancy(Protocol):
    """What the optimizer needs of a group's data."""

    def evaluate(self, sigma: Floats, mu: Floats | None, observed: bool = False) -> Evaluation:
        """F with its slopes at implied moments; `observed` asks for the curvature as well, where there is one."""

    def take(self, keep: Keep) -> Discrepancy:
        """The same discrepancy for some elements of the batch axis."""


@dataclass(frozen=True, slots=True)
class MaximumLikelihood:
    """F = log|Σ| − log|S| + tr(SΣ⁻¹) − p + (x̄−μ)ᵀΣ⁻¹(x̄−μ).

    Attributes
    ----------
    cov : (..., p, p) S; mean : (..., p) x̄ or None; logdet : (...,) log|S|.

    References
    ----------
    Jöreskog (1967), doi:10.1007/BF02289658.
    """

    cov: Floats
    mean: Floats | None
    logdet: Floats

    def evaluate(self, sigma: Floats, mu: Floats | None, observed: bool = False) -> Evaluation:
        """F with its slopes at implied moments."""
        weight, logdet, ok = spd_inverse_logdet(sigma)
        second, gap = _second_moment(self.cov, self.mean, mu)
        weighted = weight @ second
        value = logdet - self.logdet + np.trace(weighted, axis1=-2, axis2=-1) - sigma.shape[-1]
        pull = None if gap is None else (weight @ gap[..., None])[..., 0]
        return Evaluation(
            value=np.where(ok, value, np.inf),
            slope=weight - weighted @ weight,
            mean_slope=None if pull is None else -2 * pull,
            weight=weight,
            full=False,
            ok=ok,
            curved=True,
            pull=pull,
        )

    def take(self, keep: Keep) -> MaximumLikelihood:
        """The same discrepancy for some elements of the batch axis."""
        if self.cov.ndim == 2:
            return self
        return replace(self, cov=self.cov[keep], mean=_take(self.mean, keep), logdet=self.logdet[keep])


@dataclass(frozen=True, slots=True)
class NormalLeastSquares:
    """F = ½ tr[(V(S−Σ))²] + (x̄−μ)ᵀV(x̄−μ) with V = S⁻¹ (GLS).

    References
    ----------
    Browne (1974), South African Statistical Journal 8, 1–24.
    """

    cov: Floats
    mean: Floats | None
    weight: Floats

    def evaluate(self, sigma: Floats, mu: Floats | None, observed: bool = False) -> Evaluation:
        """F with its slopes at implied moments."""
        slope = self.weight @ (sigma - self.cov) @ self.weight
        value = 0.5 * np.sum(slope * (sigma - self.cov), axis=(-2, -1))
        mean_slope = None
        if self.mean is not None and mu is not None:
            gap = self.mean - mu
            pulled = (self.weight @ gap[..., None])[..., 0]
            value = value + np.sum(gap * pulled, axis=-1)
            mean_slope = -2 * pulled
        weight = np.broadcast_to(self.weight, slope.shape)
        return Evaluation(value, slope, mean_slope, weight, False, np.isfinite(value))

    def take(self, keep: Keep) -> NormalLeastSquares:
        """The same discrepancy for some elements of the batch axis."""
        if self.cov.ndim == 2:
            return self
        weight = self.weight[keep] if self.weight.ndim > 2 else self.weight
        return replace(self, cov=self.cov[keep], mean=_take(self.mean, keep), weight=weight)


@dataclass(frozen=True, slots=True)
class WeightedLeastSquares:
    """F = (s−σ)ᵀV(s−σ) over s = (x̄, vech S), V = Γ⁻¹ for ADF and I for ULS.

    Attributes
    ----------
    moments : (..., m) s; weight : V, (..., m, m), or its diagonal (..., m, 1); means : whether s starts with x̄.

    References
    ----------
    Browne (1984), doi:10.1111/j.2044-8317.1984.tb00789.x.
    """

    moments: Floats
    weight: Floats
    means: bool

    def evaluate(self, sigma: Floats, mu: Floats | None, observed: bool = False) -> Evaluation:
        """F with its slopes at implied moments."""
        p = sigma.shape[-1]
        rows, cols = vech_indices(p)
        implied = sigma[..., rows, cols]
        if self.means and mu is not None:
            implied = np.concatenate([mu, implied], axis=-1)
        gap = self.moments - implied
        pulled = _weigh(self.weight, gap)
        value = np.sum(gap * pulled, axis=-1)
        offset = p if self.means else 0
        slope = symmetric_slope(-2 * pulled[..., offset:], p)
        mean_slope = -2 * pulled[..., :p] if self.means else None
        return Evaluation(value, slope, mean_slope, self.weight, True, np.isfinite(value))

    def take(self, keep: Keep) -> WeightedLeastSquares:
        """The same discrepancy for some elements of the batch axis."""
        if self.moments.ndim == 1:
            return self
        weight = self.weight[keep] if self.weight.ndim > 2 else self.weight
        return replace(self, moments=self.moments[keep], weight=weight)


@dataclass(frozen=True, slots=True)
class StackedLeastSquares:
    """F = (s−σ)ᵀV(s−σ) over the stacked moments of ordinal data.

    Attributes
    ----------
    moments : (..., m) s; weight : V, (..., m, m), or its diagonal (..., m, 1) for DWLS and ULS.

    References
    ----------
    Muthén (1984), doi:10.1007/BF02294210; Muthén, du Toit & Spisic (1997), Mplus technical note.
    """

    moments: Floats
    weight: Floats

    def evaluate(self, sigma: Floats, mu: Floats | None, observed: bool = False) -> Evaluation:
        """F with its slopes at the implied stacked moments, passed as `sigma`."""
        gap = self.moments - sigma
        pulled = _weigh(self.weight, gap)
        value = np.sum(gap * pulled, axis=-1)
        return Evaluation(value, -2 * pulled, None, self.weight, True, np.isfinite(value))

    def take(self, keep: Keep) -> StackedLeastSquares:
        """The same discrepancy for some elements of the batch axis."""
        if self.moments.ndim == 1:
            return self
        weight = self.weight[keep] if self.weight.ndim > 2 else self.weight
        return replace(self, moments=self.moments[keep], weight=weight)


@dataclass(frozen=True, slots=True)
class FullInformation:
    """F = Σ_k (n_k/n)[log|Σ_k| + tr(Σ_k⁻¹A_k)] − F_h1 over the patterns of missing values.

    Attributes
    ----------
    patterns : cases grouped by what they answered; saturated : (...,) F of the unrestricted moments.

    References
    ----------
    Arbuckle (1996), in Marcoulides & Schumacker (eds), Advanced Structural Equation Modeling, 243–277.
    """

    patterns: Patterns
    saturated: Floats

    def evaluate(self, sigma: Floats, mu: Floats | None, observed: bool = False) -> Evaluation:
        """F with its slopes at implied moments; the information comes in parts."""
        if mu is None:
            raise ModelError("incomplete data need a mean structure; this is a fault of the package")
        value, slope, mean_slope, ok = fiml_value_gradient(self.patterns, sigma, mu)
        parts = partial(pattern_parts, self.patterns, sigma, mu, observed)
        return Evaluation(value - self.saturated, slope, mean_slope, sigma, False, ok, parts=parts)

    def take(self, keep: Keep) -> FullInformation:
        """The same discrepancy for some elements of the batch axis."""
        if self.patterns.n.ndim == 1:
            return self
        return FullInformation(take_patterns(self.patterns, keep), self.saturated[keep])


def full_information(patterns: Patterns, cov: Floats, mean: Floats) -> FullInformation:
    """Bind FIML to the patterns and the saturated moments of the same data."""
    return FullInformation(patterns, fiml_value_gradient(patterns, cov, mean)[0])


def maximum_likelihood(cov: Floats, mean: Floats | None) -> MaximumLikelihood:
    """Bind ML to sample moments; log|S| is NaN-free only for positive definite S."""
    _, logdet, ok = spd_inverse_logdet(cov)
    return MaximumLikelihood(cov, mean, np.where(ok, logdet, np.nan))


def generalized_least_squares(cov: Floats, mean: Floats | None) -> NormalLeastSquares:
    """Bind GLS to sample moments, V = S⁻¹."""
    return NormalLeastSquares(cov, mean, spd_inverse_logdet(cov)[0])


def unweighted_least_squares(cov: Floats, mean: Floats | None) -> WeightedLeastSquares:
    """Bind ULS to sample moments, V = I: each covariance counts once, as each variance does."""
    p = cov.shape[-1]
    return weighted_least_squares(cov, mean, np.ones((p * (p + 1) // 2 + (0 if mean is None else p), 1)))


def weighted_least_squares(cov: Floats, mean: Floats | None, weight: Floats) -> WeightedLeastSquares:
    """Bind WLS to sample moments with a weight (m, m), or a diagonal one (m, 1), over (x̄, vech S)."""
    rows, cols = vech_indices(cov.shape[-1])
    moments = cov[..., rows, cols]
    if mean is not None:
        moments = np.concatenate([mean, moments], axis=-1)
    return WeightedLeastSquares(moments, weight, mean is not None)


def symmetric_slope(vech_slope: Floats, p: int) -> Floats:
    """dF/dΣ as a symmetric matrix from dF/d vech Σ (off-diagonal slopes are split over both halves)."""
    rows, cols = vech_indices(p)
    out = np.zeros((*vech_slope.shape[:-1], p, p))
    out[..., rows, cols] = vech_slope / 2
    return out + out.mT


def _weigh(weight: Floats, gap: Floats) -> Floats:
    """V(s − σ) (..., m) for a weight (..., m, m) or its diagonal (..., m, 1)."""
    return (weight * gap[..., None] if weight.shape[-1] == 1 else weight @ gap[..., None])[..., 0]


def _second_moment(cov: Floats, mean: Floats | None, mu: Floats | None) -> tuple[Floats, Floats | None]:
    if mean is None or mu is None:
        return cov, None
    gap = mean - mu
    return cov + gap[..., :, None] * gap[..., None, :], gap


def _take(values: Floats | None, keep: Keep) -> Floats | None:
    return None if values is None else values[keep]
