"""Content validity indices from ratings of relevance: I-CVI, κ*, S-CVI/Ave, S-CVI/UA."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters.index import Index
from mlbc_stats.survey.raters.intervals import (
    agreeing_share,
    check_count,
    clopper_pearson,
    draw_weights,
    percentiles,
)

RELEVANT = 3
"""Ratings of 3 and 4 on the four-point scale count as relevant."""
GOOD, EXCELLENT, FAIR = 0.60, 0.74, 0.40
"""Lower bounds of κ* in words (Cicchetti & Sparrow 1981; Fleiss 1981), as Polit, Beck & Owen use them."""
LYNN = 7 / 9
"""Lynn's .78 for six judges and more: seven of nine, printed with two decimals."""
AVERAGE, UNIVERSAL = 0.90, 0.80
ITEM_SOURCE = (
    "Lynn (1986) doi 10.1097/00006199-198611000-00017; Polit & Beck (2006) doi 10.1002/nur.20147; "
    "interval: Clopper & Pearson (1934) doi 10.1093/biomet/26.4.404"
)
KAPPA_SOURCE = "Polit, Beck & Owen (2007) doi 10.1002/nur.20199"
SCALE_SOURCE = (
    "Polit & Beck (2006) doi 10.1002/nur.20147; Polit, Beck & Owen (2007) doi 10.1002/nur.20199 (threshold)"
)


def item_cvi(relevant: int, judges: int, level: float = 0.95) -> Index:
    """Item-level content validity index, I-CVI = A/N: the share of N judges who rate the item 3 or 4 of 4.

    Threshold by Lynn: all of up to five judges, .78 (7/9) of six and more. The interval is exact (Clopper–Pearson).

    Raises
    ------
    DataError
        when the count does not fit the number of judges.

    References
    ----------
    Lynn (1986), doi:10.1097/00006199-198611000-00017.

    Examples
    --------
    >>> item_cvi(8, 10).value
    0.8
    """
    check_count(relevant, judges, "judges who call the item relevant")
    threshold = 1.0 if judges <= 5 else LYNN
    return agreeing_share("I-CVI", relevant, judges, level, threshold, ITEM_SOURCE)


def modified_kappa(relevant: int, judges: int, level: float = 0.95) -> Index:
    """κ* = (I-CVI − p_c)/(1 − p_c), the I-CVI beyond chance agreement on relevance.

    p_c = N!/(A!(N − A)!) · ½^N is the probability that exactly A of N judges agree by chance. The interval is
    that of the I-CVI, each bound corrected by the same p_c. "Excellent" above .74, "good" from .60 (the
    threshold here), "fair" from .40.

    Raises
    ------
    DataError
        when the count does not fit the number of judges.

    References
    ----------
    Polit, Beck & Owen (2007), doi:10.1002/nur.20199.

    Examples
    --------
    >>> round(modified_kappa(8, 10).value, 2), round(modified_kappa(7, 10).value, 2)
    (0.79, 0.66)
    """
    check_count(relevant, judges, "judges who call the item relevant")
    chance = float(stats.binom.pmf(relevant, judges, 0.5))
    bounds = (relevant / judges, *clopper_pearson(relevant, judges, level))
    value, lower, upper = ((share - chance) / (1 - chance) for share in bounds)
    method = "exact interval of the I-CVI, corrected by the same chance agreement"
    note = f"chance agreement {chance:.4f}; {describe_kappa(value)}"
    return Index("κ*", value, lower, upper, level, judges, GOOD, method, KAPPA_SOURCE, note=note)


def describe_kappa(value: float) -> str:
    """κ* in words: excellent, good, fair or poor."""
    if value > EXCELLENT:
        return "excellent"
    return "good" if value >= GOOD else "fair" if value >= FAIR else "poor"


def scale_cvi_average(
    ratings: ArrayLike, level: float = 0.95, draws: int = 2000, seed: int = 1, relevant: int = RELEVANT
) -> Index:
    """S-CVI/Ave: mean of the I-CVIs of a scale.

    Parameters
    ----------
    ratings : (items, judges) of 1 to 4, NaN where a judge gave none; each item's share is over the judges who
        rated it.
    level, draws, seed : percentile interval from resamples of the judges. With few judges, or all of one
        opinion, it is too narrow.
    relevant : smallest rating that counts as relevant.

    Raises
    ------
    DataError
        when `ratings` is not items × judges or an item has no rating.

    References
    ----------
    Polit, Beck & Owen (2007), doi:10.1002/nur.20199.

    Examples
    --------
    >>> scale_cvi_average([[4, 4, 3, 2], [4, 3, 4, 4]]).value
    0.875
    """
    agree, rated = _agreement(ratings, relevant)
    weights = draw_weights(agree.shape[1], draws, seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = ((weights @ agree.T) / (weights @ rated.T)).mean(axis=1)
    lower, upper, undefined = percentiles(means, level)
    note = f"{undefined} of {draws} resamples left an item without judges" if undefined else ""
    return Index(
        "S-CVI/Ave",
        float((agree.sum(axis=1) / rated.sum(axis=1)).mean()),
        lower,
        upper,
        level,
        agree.shape[1],
        AVERAGE,
        f"percentile interval, {draws} resamples of judges, seed {seed}",
        SCALE_SOURCE,
        note=note,
    )


def scale_cvi_universal(ratings: ArrayLike, level: float = 0.95, relevant: int = RELEVANT) -> Index:
    """S-CVI/UA: share of the items that every judge calls relevant.

    The interval is exact (Clopper–Pearson) over the items, as if they were drawn from their domain. Judges are
    not resampled: a resample holds fewer of them and universal agreement could only grow. The index falls with
    the number of judges, whatever their quality.

    Parameters
    ----------
    ratings : (items, judges) of 1 to 4, NaN where a judge gave none.
    relevant : smallest rating that counts as relevant.

    Raises
    ------
    DataError
        when `ratings` is not items × judges or an item has no rating.

    References
    ----------
    Polit, Beck & Owen (2007), doi:10.1002/nur.20199.

    Examples
    --------
    >>> scale_cvi_universal([[4, 4, 3, 2], [4, 3, 4, 4]]).value
    0.5
    """
    agree, rated = _agreement(ratings, relevant)
    items, unanimous = len(agree), int(np.sum(agree.sum(axis=1) == rated.sum(axis=1)))
    lower, upper = clopper_pearson(unanimous, items, level)
    method = f"exact (Clopper–Pearson) over {items} items"
    return Index(
        "S-CVI/UA",
        unanimous / items,
        lower,
        upper,
        level,
        agree.shape[1],
        UNIVERSAL,
        method,
        SCALE_SOURCE,
    )


def _agreement(ratings: ArrayLike, relevant: int) -> tuple[np.ndarray, np.ndarray]:
    """Who called what relevant and who rated it: two (items, judges) arrays of 0 and 1."""
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 2 or not table.size:
        raise DataError("ratings: expected items × judges with at least one of each")
    rated = ~np.isnan(table)
    unrated = np.flatnonzero(~rated.any(axis=1))
    if len(unrated):
        raise DataError(f"ratings: item in row {unrated[0] + 1} has no rating; leave it out")
    wrong = rated & ~np.isin(table, (1, 2, 3, 4))
    if wrong.any():
        row, column = (int(place) for place in np.argwhere(wrong)[0])
        raise DataError(f"ratings: row {row + 1}, judge {column + 1}: {table[row, column]} is not 1 to 4")
    return np.where(rated, table >= relevant, False).astype(float), rated.astype(float)
