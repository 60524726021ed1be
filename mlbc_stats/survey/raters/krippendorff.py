"""Krippendorff's α: agreement of any number of raters, with missing ratings, at four levels of measurement."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters.counts import category_counts
from mlbc_stats.survey.raters.index import Index
from mlbc_stats.survey.raters.intervals import draw_weights, percentiles

SOURCE = (
    "Krippendorff (2019) doi 10.4135/9781071878781; Hayes & Krippendorff (2007) doi 10.1080/19312450709336664; "
    "interval: Zapf et al. (2016) doi 10.1186/s12874-016-0200-9"
)
RELIABLE = 0.80
Metric = Literal["nominal", "ordinal", "interval", "ratio"]
METRICS = ("nominal", "ordinal", "interval", "ratio")


def krippendorff_alpha(
    ratings: ArrayLike, metric: Metric = "nominal", level: float = 0.95, draws: int = 2000, seed: int = 1
) -> Index:
    """Krippendorff's α = 1 − D_o/D_e, observed over expected disagreement.

    With n_uc ratings of unit u in category c, m_u = Σ_c n_uc, n_c = Σ_u n_uc and n = Σ_c n_c over the units
    that have at least two ratings,
    α = 1 − (n − 1) · Σ_u Σ_{c<k} n_uc n_uk δ²_ck/(m_u − 1) / Σ_{c<k} n_c n_k δ²_ck.
    δ² is 1 for unlike categories (nominal), (c − k)² (interval), ((c − k)/(c + k))² (ratio), or the squared
    difference of mid-ranks (ordinal), which depends on how often each category occurs.

    Parameters
    ----------
    ratings : (units, raters), numbers or texts (texts for the nominal metric only); NaN and None are missing.
    metric : level of measurement.
    level, draws, seed : percentile interval from `draws` resamples of the units. Units and not raters are
        resampled: a rater drawn twice agrees with itself, which would inflate α.

    Returns
    -------
    Index
        `n` counts units with two ratings or more. NaN when all ratings are the same: without variation
        nothing is known about agreement. Threshold .80; from .667 on for tentative conclusions.

    Raises
    ------
    DataError
        for an unknown metric, texts with an ordered metric, negative numbers with the ratio metric, or no unit with
        two ratings.

    Notes
    -----
    Hayes & Krippendorff (2007), doi:10.1080/19312450709336664.
    In R: ``irr::kripp.alpha`` (raters × units there; its 0.84.1 has another denominator without missing ratings).

    Examples
    --------
    >>> two = [[1, 1], [2, 2], [3, 3], [3, 3], [2, 2], [1, 2]]
    >>> round(krippendorff_alpha(two).value, 3), round(krippendorff_alpha(two, "interval").value, 3)
    (0.766, 0.867)
    """
    counts, scale = _pairable(ratings, metric)
    value = float(_alpha(np.ones((1, len(counts))), counts, scale, metric)[0])
    weights = draw_weights(len(counts), draws, seed)
    lower, upper, undefined = percentiles(_alpha(weights, counts, scale, metric), level)
    notes = []
    if math.isnan(value):
        lower = upper = math.nan
        notes.append("all ratings are the same, so agreement beyond chance is not defined")
    elif undefined:
        notes.append(f"{undefined} of {draws} resamples had no variation and are left out")
    return Index(
        f"Krippendorff's α, {metric}",
        value,
        lower,
        upper,
        level,
        len(counts),
        RELIABLE,
        f"percentile interval, {draws} resamples of units, seed {seed}; n counts units",
        SOURCE,
        note="; ".join(notes),
    )


def _pairable(ratings: ArrayLike, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """Counts (units, categories) of units with two ratings or more, and the categories' places (categories,)."""
    if metric not in METRICS:
        raise DataError(f"metric: expected one of {', '.join(METRICS)}, got {metric!r}")
    counts, categories = category_counts(ratings)
    if metric != "nominal" and any(isinstance(category, str) for category in categories):
        raise DataError(f"metric {metric!r} needs numbers, got texts such as {categories[0]!r}")
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        raise DataError("ratings: no unit has two ratings or more, so there is nothing to agree on")
    used = counts.sum(axis=0) > 0
    if metric not in ("interval", "ratio"):
        return counts[:, used], np.zeros(int(used.sum()))
    places = np.array(categories, dtype=float)[used]
    if metric == "ratio" and places.min() < 0:
        raise DataError(f"metric 'ratio' needs numbers from a true zero upwards, got {places.min():g}")
    return counts[:, used], places


def _alpha(weights: np.ndarray, counts: np.ndarray, scale: np.ndarray, metric: str) -> np.ndarray:
    """α (draws,) of reweighted units; weights (draws, units)."""
    totals = weights @ counts
    n = totals.sum(axis=1)
    raters = counts.sum(axis=1)
    if metric == "nominal":
        within = weights @ ((raters**2 - np.sum(counts**2, axis=1)) / (raters - 1)) / 2
        between = (n**2 - np.sum(totals**2, axis=1)) / 2
    elif metric == "ratio":
        apart = _ratio_distances(scale)
        within = weights @ (np.sum((counts @ apart) * counts, axis=1) / (raters - 1)) / 2
        between = np.sum((totals @ apart) * totals, axis=1) / 2
    else:
        places = _midranks(totals) if metric == "ordinal" else np.broadcast_to(scale, totals.shape)
        places = places - places.mean(axis=1, keepdims=True)
        squares = (weights * (raters / (raters - 1))) @ counts
        sums = (places @ counts.T) ** 2 / (raters - 1)
        within = np.sum(squares * places**2, axis=1) - np.sum(weights * sums, axis=1)
        between = n * np.sum(totals * places**2, axis=1) - np.sum(totals * places, axis=1) ** 2
    occurring = np.sum(totals > 0, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(occurring > 1, 1 - (n - 1) * within / between, np.nan)


def _ratio_distances(scale: np.ndarray) -> np.ndarray:
    """Squared relative differences (categories, categories), zero on the diagonal."""
    sums = scale[:, None] + scale
    return np.divide(scale[:, None] - scale, sums, out=np.zeros_like(sums), where=sums > 0) ** 2


def _midranks(totals: np.ndarray) -> np.ndarray:
    """Mean rank of each category (draws, categories): all below it and half of itself."""
    return np.cumsum(totals, axis=1) - totals / 2
