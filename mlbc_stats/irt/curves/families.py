"""The families of item response models under one interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from mlbc_stats.irt.curves import divide_by_total, graded

Array = NDArray[Any]


class Family(Protocol):
    """Curves of items that share a number of categories K: parameters (p, m), theta (q,), results (q, p, K, ...)."""

    def size(self, categories: int) -> int:
        """Parameters m of an item."""

    def names(self, categories: int) -> tuple[str, ...]:
        """What the parameters are called."""

    def log_probabilities(self, parameters: Array, theta: Array) -> Array:
        """log P of each category (q, p, K)."""

    def slopes(self, parameters: Array, theta: Array) -> Array:
        """∂ log P / ∂ parameters (q, p, K, m)."""

    def theta_slopes(self, parameters: Array, theta: Array) -> tuple[Array, Array]:
        """∂ log P / ∂θ and its second derivative (q, p, K)."""

    def curvature(self, parameters: Array, theta: Array, counts: Array) -> Array:
        """Σ counts ∂² log P / ∂ parameters² (p, m, m)."""


@dataclass(frozen=True, slots=True)
class Graded:
    """Slope a and intercepts d: P(Y ≥ k) = logistic(aθ + d_k); two categories are the two-parameter logistic model.

    Samejima (1969), doi:10.1007/BF03372160.
    """

    def size(self, categories: int) -> int:
        return graded.size(categories)

    def names(self, categories: int) -> tuple[str, ...]:
        return _slope_and_intercepts(categories)

    def log_probabilities(self, parameters: Array, theta: Array) -> Array:
        return graded.log_probabilities(parameters, theta)

    def slopes(self, parameters: Array, theta: Array) -> Array:
        return graded.slopes(parameters, theta)

    def theta_slopes(self, parameters: Array, theta: Array) -> tuple[Array, Array]:
        return graded.theta_slopes(parameters, theta)

    def curvature(self, parameters: Array, theta: Array, counts: Array) -> Array:
        return graded.curvature(parameters, theta, counts)


@dataclass(frozen=True, slots=True)
class DivideByTotal:
    """Exponents rise by aθ from term to term; one term a category, or two where answers unfold (`folded`).

    Partial credit: exponents kaθ + d_k with d_0 = 0 (Masters, 1982, doi:10.1007/BF02296272; Muraki, 1992,
    doi:10.1177/014662169201600206). Unfolding: exponents taθ − tβ − Σ_{k≤min(t, 2K−1−t)} t_k for t = 0 … 2K − 1, terms
    t and 2K − 1 − t making one category, with β = aδ and t_k = aτ_k (Roberts, Donoghue & Laughlin, 2000,
    doi:10.1177/01466216000241001).
    """

    folded: bool

    def size(self, categories: int) -> int:
        return categories + 1 if self.folded else categories

    def names(self, categories: int) -> tuple[str, ...]:
        if self.folded:
            return ("a", "beta", *(f"t{k}" for k in range(1, categories)))
        return _slope_and_intercepts(categories)

    def log_probabilities(self, parameters: Array, theta: Array) -> Array:
        return divide_by_total.log_probabilities(parameters, self._forms(parameters, theta), self.folded)

    def slopes(self, parameters: Array, theta: Array) -> Array:
        return divide_by_total.slopes(parameters, self._forms(parameters, theta), self.folded)

    def theta_slopes(self, parameters: Array, theta: Array) -> tuple[Array, Array]:
        """Every exponent has slope ta in θ, so that the derivatives are those of the mean and variance of t."""
        a = parameters[:, :1]
        exponent = parameters @ np.swapaxes(self._forms(parameters, theta), -1, -2)
        step, share = np.arange(exponent.shape[-1]), softmax(exponent, axis=-1)
        mean = share @ step
        variance = share @ step**2 - mean**2
        k = exponent.shape[-1] // 2 if self.folded else exponent.shape[-1]
        inner, spread = np.broadcast_to(np.arange(k), exponent[..., :k].shape), 0.0
        if self.folded:
            second = softmax(np.stack([exponent[..., :k], exponent[..., : k - 1 : -1]], -1), axis=-1)[..., 1]
            width = 2 * k - 1 - 2 * np.arange(k)
            inner, spread = np.arange(k) + second * width, second * (1 - second) * width**2
        return a * (inner - mean[..., None]), a**2 * (spread - variance[..., None])

    def curvature(self, parameters: Array, theta: Array, counts: Array) -> Array:
        return divide_by_total.curvature(parameters, self._forms(parameters, theta), self.folded, counts)

    def _forms(self, parameters: Array, theta: Array) -> Array:
        m = parameters.shape[-1]
        terms = 2 * (m - 1) if self.folded else m
        out = np.zeros((len(theta), terms, m))
        step = np.arange(terms)
        out[..., 0] = theta[:, None] * step
        if self.folded:
            out[..., 1] = -step
            reached = np.minimum(step, terms - 1 - step)
            out[..., 2:] = np.where(reached[:, None] >= np.arange(1, m - 1), -1.0, 0.0)
        else:
            out[:, step[1:], step[1:]] = 1.0
        return out


def _slope_and_intercepts(categories: int) -> tuple[str, ...]:
    return ("a1", "d") if categories == 2 else ("a1", *(f"d{k}" for k in range(1, categories)))


GRADED, PARTIAL_CREDIT, UNFOLDING = Graded(), DivideByTotal(False), DivideByTotal(True)
