"""Models of the form "divide by total": each category a sum of exponentials of forms linear in the parameters.

Partial credit has one exponential a category; unfolding has two, for what is rejected from below and from above.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax

Array = NDArray[Any]


def log_probabilities(parameters: Array, forms: Array, folded: bool) -> Array:
    """log P of each category, (q, p, K).

    Parameters
    ----------
    parameters : (p, m). forms : (q, T, m), the exponents are forms @ parameters.
    folded : T = 2K, and term t and 2K − 1 − t belong to the same category; else T = K.
    """
    exponent = _exponents(parameters, forms)
    total = logsumexp(exponent, axis=-1, keepdims=True)
    return (_by_category(exponent) if folded else exponent) - total


def slopes(parameters: Array, forms: Array, folded: bool) -> Array:
    """∂ log P / ∂ parameters, (q, p, K, m): the mean form within a category less the mean of all."""
    exponent = _exponents(parameters, forms)
    mean = np.matmul(softmax(exponent, axis=-1), forms)
    return _within(exponent, forms, folded) - mean[:, :, None]


def curvature(parameters: Array, forms: Array, folded: bool, counts: Array) -> Array:
    """Σ counts ∂² log P / ∂ parameters², (p, m, m): covariance of forms within categories less that of all."""
    exponent = _exponents(parameters, forms)
    share = softmax(exponent, axis=-1)
    mean = np.matmul(share, forms)
    answered = counts.sum(-1)
    out = np.einsum("qp,qpm,qpn->pmn", answered, mean, mean) - _squares(answered[..., None] * share, forms)
    if folded:
        k = counts.shape[-1]
        inner = softmax(np.stack([exponent[..., :k], exponent[..., : k - 1 : -1]], -1), axis=-1)
        weight = np.concatenate([inner[..., 0] * counts, (inner[..., 1] * counts)[..., ::-1]], -1)
        within = _within(exponent, forms, folded)
        out += _squares(weight, forms) - np.einsum("qpk,qpkm,qpkn->pmn", counts, within, within)
    return out


def _exponents(parameters: Array, forms: Array) -> Array:
    """(q, p, T)."""
    return np.matmul(parameters, np.swapaxes(forms, -1, -2))


def _by_category(exponent: Array) -> Array:
    k = exponent.shape[-1] // 2
    return np.logaddexp(exponent[..., :k], exponent[..., : k - 1 : -1])


def _within(exponent: Array, forms: Array, folded: bool) -> Array:
    """Mean form within each category, (q, p, K, m) or broadcast to it."""
    if not folded:
        return forms[:, None]
    k = exponent.shape[-1] // 2
    share = softmax(np.stack([exponent[..., :k], exponent[..., : k - 1 : -1]], -1), axis=-1)
    first, second = forms[:, None, :k], forms[:, None, : k - 1 : -1]
    return share[..., :1] * first + share[..., 1:] * second


def _squares(weight: Array, forms: Array) -> Array:
    """Σ over nodes and terms of weight (q, p, T) times the outer product of forms, (p, m, m)."""
    q, terms, m = forms.shape
    outer = (forms[..., :, None] * forms[..., None, :]).reshape(q * terms, m * m)
    return (np.swapaxes(weight, 0, 1).reshape(-1, q * terms) @ outer).reshape(-1, m, m)
