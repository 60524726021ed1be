"""How well items fit the definition of their construct, and how much better than other definitions."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import ArrayLike

from mlbc_stats.errors import DataError
from mlbc_stats.survey.content.indices.norms import SOURCE, Norm, describe_norm, norm_bounds
from mlbc_stats.survey.raters.index import Index
from mlbc_stats.survey.raters.intervals import draw_weights, percentiles

ANCHORS = 7
INDICES = f"{SOURCE}; ratings: Hinkin & Tracey (1999) doi 10.1177/109442819922004"


def definitional_correspondence(
    ratings: ArrayLike, anchors: int = ANCHORS, level: float = 0.95, draws: int = 2000, seed: int = 1
) -> Index:
    """htc = mean rating of the items on their own definition, over the number of anchors; at most 1.

    Parameters
    ----------
    ratings : (items, judges) or (judges,), 1 to `anchors`, NaN where none was given. The mean of a scale is
        that of its items' means.
    level, draws, seed : percentile interval from resamples of the judges.

    Raises
    ------
    DataError
        when an item has no rating or one lies outside the scale.

    References
    ----------
    Hinkin & Tracey (1999), doi:10.1177/109442819922004; Colquitt et al. (2019), doi:10.1037/apl0000406.

    Examples
    --------
    >>> round(definitional_correspondence([[7, 6, 7], [6, 6, 5]]).value, 3)
    0.881
    """
    table = _checked(ratings, anchors)[None]
    return _index("htc", table, anchors, level, draws, seed)


def definitional_distinctiveness(
    own: ArrayLike,
    others: ArrayLike,
    anchors: int = ANCHORS,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 1,
) -> Index:
    """htd = mean difference between ratings on the own and on other definitions, over anchors − 1; −1 to 1.

    Parameters
    ----------
    own : (items, judges) ratings on the own definition.
    others : (definitions, items, judges) ratings on the other definitions. Differences are taken within judges;
        NaN where one of the two is missing.
    level, draws, seed : percentile interval from resamples of the judges.

    Raises
    ------
    DataError
        when shapes do not fit, an item has no difference at all, or a rating lies outside the scale.

    References
    ----------
    Colquitt et al. (2019), doi:10.1037/apl0000406.

    Examples
    --------
    >>> round(definitional_distinctiveness([[7, 6]], [[[3, 2]], [[1, 2]]]).value, 3)
    0.75
    """
    focal = _checked(own, anchors)
    rivals = np.asarray(others, dtype=float)
    if rivals.ndim != 3 or rivals.shape[1:] != focal.shape or not len(rivals):
        raise DataError(
            f"others: expected definitions × {focal.shape[0]} items × {focal.shape[1]} judges, "
            f"got shape {rivals.shape}"
        )
    for rival in rivals:
        _checked(rival, anchors, complete=False)
    return _index("htd", focal[None] - rivals, anchors - 1, level, draws, seed)


def _checked(ratings: ArrayLike, anchors: int, complete: bool = True) -> np.ndarray:
    """Ratings as (items, judges), each within the scale."""
    table = np.atleast_2d(np.asarray(ratings, dtype=float))
    rated = ~np.isnan(table)
    if table.ndim != 2 or (complete and not rated.any(axis=1).all()):
        raise DataError("ratings: expected items × judges and at least one rating of each item")
    wrong = table[rated & ((table < 1) | (table > anchors))]
    if len(wrong):
        raise DataError(f"ratings: expected 1 to {anchors}, got {wrong[0]:g}")
    return table


def _index(name: Norm, table: np.ndarray, scale: int, level: float, draws: int, seed: int) -> Index:
    """Mean over definitions and items of the judges' means of a (definitions, items, judges) table."""
    present = ~np.isnan(table)
    if not present.any(axis=2).any(axis=0).all():
        raise DataError("ratings: an item has no pair of ratings on its own and another definition")
    filled = np.where(present, table, 0.0)
    value = _means(np.ones((1, table.shape[2])), filled, present)[0] / scale
    weights = draw_weights(table.shape[2], draws, seed)
    lower, upper, _ = percentiles(_means(weights, filled, present) / scale, level)
    label = describe_norm(name, value)
    return Index(
        name,
        float(value),
        lower,
        upper,
        level,
        table.shape[2],
        norm_bounds(name)["moderate"],
        f"percentile interval, {draws} resamples of judges, seed {seed}",
        INDICES,
        note="" if math.isnan(value) else f"{label} among published scales",
    )


def _means(weights: np.ndarray, filled: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Mean (draws,) of means of items; weights (draws, judges)."""
    sums = np.einsum("bj,dij->bdi", weights, filled)
    counts = np.einsum("bj,dij->bdi", weights, present.astype(float))
    with np.errstate(invalid="ignore", divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a resample may leave an item without judges
        return np.nanmean(np.nanmean(sums / counts, axis=1), axis=1)
