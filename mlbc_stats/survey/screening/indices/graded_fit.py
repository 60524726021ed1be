"""Person fit under a graded response model: lz and lz*, the standardized log-likelihood of a case's answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from mlbc_stats.survey.screening.indices.blocks import row_blocks

FARTHEST, STEPS, CLOSE = 8.0, 60, 1e-10
"""Bounds of θ, most steps to it, and when they are over."""
LEAST = 1e-12
"""Probability below which answers are not told apart."""
FEWEST = 3
"""Answers to a scale without which it says nothing about a case."""


@dataclass(frozen=True, slots=True, eq=False)
class GradedScale:
    """Answers to one scale and the model behind them.

    Attributes
    ----------
    categories : (n, k) position of each answer among the item's categories, from 0; NaN where missing.
    loadings : (k,) standardized, of one factor with variance 1.
    thresholds : k arrays, increasing; P(category ≥ c | θ) = Φ((λθ − τ_c) / √(1 − λ²)).
    """

    categories: np.ndarray
    loadings: np.ndarray
    thresholds: Sequence[np.ndarray]


@dataclass(frozen=True, slots=True, eq=False)
class GradedFit:
    """Fit of each case over all scales; low values are answers that the model does not expect.

    Attributes
    ----------
    lz : (n,) standardized as if θ were known.
    lz_star : (n,) allowing for the estimate of θ; standard normal for cases that answer many items by the model. With
        few items a scale its mean is above 0 (a quarter for five), so that fewer cases are flagged than the level says.
    scales : (n,) scales that count for the case.
    """

    lz: np.ndarray
    lz_star: np.ndarray
    scales: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class _Curves:
    """At θ (n,): probabilities and their derivatives [n, k, C], 0 beyond an item's last category."""

    p: np.ndarray
    slope: np.ndarray


def graded_fit(scales: Iterable[GradedScale]) -> GradedFit:
    """lz (Drasgow et al., 1985) and lz* (Snijders, 2001; polytomous: Sinharay, 2016), summed over scales.

    With w = ln P and r = P′/P at the posterior mode θ of a standard normal prior, W = Σ (w − E w),
    c = Σ P′w / Σ P′r and w̃ = w − c·r: lz = W / √Σ Var(w), lz* = (W − c·θ) / √Σ Var(w̃). Over scales the numerators and
    the variances are summed, as in Conijn et al. (2019).

    Parameters
    ----------
    scales : of the same n cases. A case counts on scales to which it gave three answers.

    References
    ----------
    Drasgow, Levine & Williams (1985), doi:10.1111/j.2044-8317.1985.tb00817.x; Snijders (2001),
    doi:10.1007/BF02294437; Sinharay (2016), doi:10.1007/s11336-015-9465-x; Conijn, Franz, Emons, de Beurs & Carlier
    (2019), doi:10.1080/00273171.2018.1563520.

    Notes
    -----
    In R: ``PerFit::lzpoly`` gives lz for one scale.

    Examples
    --------
    >>> cut = np.array([-1.0, 0.0, 1.0])
    >>> answers = np.array([[2.0, 2, 2, 2], [0, 3, 0, 3]])
    >>> graded_fit([GradedScale(answers, np.full(4, 0.8), [cut] * 4)]).lz_star.round(2)
    array([ 1.44, -6.15])
    """
    total: np.ndarray | None = None
    count: np.ndarray | int = 0
    for scale in scales:
        parts = _parts(scale)
        total = parts if total is None else total + parts
        count = count + (parts[1] > 0)
    if total is None:
        raise ValueError("no scale to look at")
    plain, variance, corrected, own = total
    return GradedFit(_ratio(plain, variance), _ratio(corrected, own), np.asarray(count))


def _ratio(numerator: np.ndarray, variance: np.ndarray) -> np.ndarray:
    root = np.sqrt(np.maximum(variance, 0))
    return np.divide(numerator, root, out=np.full(len(root), np.nan), where=root > 0)


def _parts(scale: GradedScale) -> np.ndarray:
    """W, Σ Var(w), W − cθ and Σ Var(w̃) (4, n), 0 for cases that do not count."""
    n, k = scale.categories.shape
    most = max(map(len, scale.thresholds)) + 1
    found = np.zeros((4, n))
    for block in row_blocks(n, 8 * k * most):
        answers = scale.categories[block]
        rows = np.flatnonzero((~np.isnan(answers)).sum(axis=1) >= FEWEST)
        if len(rows):
            found[:, np.arange(n)[block][rows]] = _of_block(scale, answers[rows])
    return found


def _of_block(scale: GradedScale, answers: np.ndarray) -> np.ndarray:
    answered = ~np.isnan(answers)
    places = np.where(answered, answers, 0).astype(np.intp)[:, :, None]
    theta = _mode(scale, answered, places)
    curves = _curves(scale, theta)
    p = np.maximum(curves.p, LEAST)
    w, r = np.log(p), curves.slope / p
    weight = np.where(answered[:, :, None], curves.p, 0)
    expected = (weight * w).sum(axis=2)
    given = np.where(answered, np.take_along_axis(w, places, axis=2)[:, :, 0], 0)
    surprise = (given - expected).sum(axis=1)
    slopes = np.where(answered[:, :, None], curves.slope, 0)
    c = (slopes * w).sum(axis=(1, 2)) / (slopes * r).sum(axis=(1, 2))
    corrected = w - c[:, None, None] * r
    return np.array([surprise, _variance(weight, w), surprise - c * theta, _variance(weight, corrected)])


def _variance(weight: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Σ over items of the variance (n,) of values over an item's categories."""
    mean = (weight * values).sum(axis=2)
    return np.asarray(((weight * values**2).sum(axis=2) - mean**2).sum(axis=1))


def _mode(scale: GradedScale, answered: np.ndarray, places: np.ndarray) -> np.ndarray:
    """θ (n,) where the posterior is greatest: it is concave, so that Newton's steps stay between known bounds."""
    theta = np.zeros(len(answered))
    low, high = np.full_like(theta, -FARTHEST), np.full_like(theta, FARTHEST)
    for _ in range(STEPS):
        curves = _curves(scale, theta)
        p = np.maximum(curves.p, LEAST)
        r = np.where(answered, np.take_along_axis(curves.slope / p, places, axis=2)[:, :, 0], 0)
        score = r.sum(axis=1) - theta
        information = np.where(answered, (curves.slope**2 / p).sum(axis=2), 0).sum(axis=1) + 1
        low, high = np.where(score > 0, theta, low), np.where(score > 0, high, theta)
        step = theta + score / information
        step = np.where((step > low) & (step < high), step, (low + high) / 2)
        moved, theta = np.abs(step - theta).max(), step
        if moved < CLOSE:
            break
    return theta


def _curves(scale: GradedScale, theta: np.ndarray) -> _Curves:
    k, most = len(scale.loadings), max(map(len, scale.thresholds))
    tau = np.full((k, most), np.inf)
    for item, cuts in enumerate(scale.thresholds):
        tau[item, : len(cuts)] = cuts
    steep = scale.loadings / np.sqrt(1 - scale.loadings**2)
    scaled = tau / np.sqrt(1 - scale.loadings**2)[:, None]
    z = steep[None, :, None] * theta[:, None, None] - scaled
    edge = np.ones((len(theta), k, 1))
    above = np.concatenate([edge, ndtr(z), 0 * edge], axis=2)
    height = np.exp(-np.square(z) / 2) / np.sqrt(2 * np.pi) * steep[None, :, None]
    bend = np.concatenate([0 * edge, height, 0 * edge], axis=2)
    return _Curves(above[:, :, :-1] - above[:, :, 1:], bend[:, :, :-1] - bend[:, :, 1:])
