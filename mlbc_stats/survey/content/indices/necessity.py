"""Lawshe's content validity ratio with exact critical values."""

from __future__ import annotations

import math

from mlbc_stats.survey.raters.index import Index
from mlbc_stats.survey.raters.intervals import (
    check_count,
    clopper_pearson,
    critical_majority,
    majority_pvalue,
)

SOURCE = (
    "Lawshe (1975) doi 10.1111/j.1744-6570.1975.tb01393.x; "
    "critical values: Ayre & Scally (2014) doi 10.1177/0748175613513808"
)


def content_validity_ratio(essential: int, judges: int, level: float = 0.95, alpha: float = 0.05) -> Index:
    """Lawshe's CVR = (n_e − N/2)/(N/2) of n_e judges out of N who call the item essential.

    The threshold is the exact critical value (`critical_cvr`), `pvalue` the exact one-sided
    P(X ≥ n_e | N, ½), and the interval the Clopper–Pearson interval of n_e/N, transformed.

    Raises
    ------
    DataError
        when the count does not fit the number of judges.

    References
    ----------
    Lawshe (1975), doi:10.1111/j.1744-6570.1975.tb01393.x.

    Examples
    --------
    >>> found = content_validity_ratio(9, 10)
    >>> found.value, found.threshold, found.met
    (0.8, 0.8, True)
    """
    check_count(essential, judges, "judges who call the item essential")
    lower, upper = clopper_pearson(essential, judges, level)
    threshold = critical_cvr(judges, alpha)
    note = (
        f"{judges} judges are too few: even all of them agree by chance with p > {alpha:g}"
        if math.isnan(threshold)
        else ""
    )
    return Index(
        "CVR",
        (2 * essential - judges) / judges,
        2 * lower - 1,
        2 * upper - 1,
        level,
        judges,
        threshold,
        "exact (Clopper–Pearson), transformed",
        SOURCE,
        pvalue=majority_pvalue(essential, judges),
        note=note,
    )


def critical_cvr(judges: int, alpha: float = 0.05) -> float:
    """Smallest CVR that is significant: (2m − N)/N with m the least count for which P(X ≥ m | N, ½) ≤ α.

    One-sided and exact, as Ayre & Scally (2014) tabulate it; Lawshe's own table differs and has an error at
    eight judges. NaN for fewer than five judges at α = .05: no count is significant.

    References
    ----------
    Ayre & Scally (2014), doi:10.1177/0748175613513808.

    Examples
    --------
    >>> critical_cvr(10), critical_cvr(20)
    (0.8, 0.5)
    """
    count = critical_majority(judges, alpha)
    return math.nan if count is None else (2 * count - judges) / judges
