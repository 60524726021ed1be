"""How scores of the same people come back when they answer again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtr, stdtrit

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.reliability.agreement.intraclass import Intraclass, intraclass
from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.one_factor import normal_quantile
from mlbc_stats.showing import Shown


@dataclass(frozen=True, slots=True, repr=False)
class Retest(Shown):
    """Two occasions of one score.

    Attributes
    ----------
    r, r_lower, r_upper : correlation with Fisher's interval; NaN with three cases.
    consistency, consistency_lower, consistency_upper : ICC(3,1), the order and spacing of people, whatever all gain.
    agreement, agreement_lower, agreement_upper : ICC(2,1), the same score; the interval takes the occasions as drawn
        from many and is wide.
    change, change_lower, change_upper, t, df, pvalue : mean of second − first and its paired t test.
    sem : standard error of measurement, SD of the differences over √2; detectable : smallest change of one person that
        is not error, z√2 sem. limit_lower, limit_upper : limits of agreement, change ± z SD of the differences.
    n : people with both scores; left_out : those with one of them.
    """

    r: float
    r_lower: float
    r_upper: float
    consistency: float
    consistency_lower: float
    consistency_upper: float
    agreement: float
    agreement_lower: float
    agreement_upper: float
    change: float
    change_lower: float
    change_upper: float
    t: float
    df: int
    pvalue: float
    sem: float
    detectable: float
    limit_lower: float
    limit_upper: float
    level: float
    n: int
    left_out: int


def retest(data: Any, first: str | Sequence[str], second: str | Sequence[str], level: float = 0.95) -> Retest:
    """Test–retest reliability: correlation, intraclass correlations, mean change and error of one score.

    Parameters
    ----------
    data : table, one row per person.
    first, second : the column of the score on each occasion, or the items of a scale (as many on both), whose mean is
        the score of a person who answered all of them.
    level : coverage of the intervals.

    Returns
    -------
    Retest
        Reliability here is stability as well: people who really changed lower it, and memory of the first answers
        raises it. Intraclass correlations have no intervals where the differences do not vary.

    Raises
    ------
    DataError
        fewer than three people with both scores, a score that does not vary, another number of items on the second
        occasion, a level outside (0, 1).

    References
    ----------
    Fisher (1921); McGraw & Wong (1996), doi:10.1037/1082-989X.1.1.30; Bland & Altman (1986),
    doi:10.1016/S0140-6736(86)90837-8; de Vet et al. (2006), doi:10.1186/1477-7525-4-54. In R: ``cor.test(x1, x2)``,
    ``psych::ICC(cbind(x1, x2), lmer = FALSE)``, ``t.test(x2, x1, paired = TRUE)``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> true = rng.normal(size=200)
    >>> found = retest({"may": true + rng.normal(size=200) / 2, "june": true + rng.normal(size=200) / 2}, "may", "june")
    >>> bool(found.r_lower < 0.8 < found.r_upper), bool(abs(found.sem - 0.5) < 0.05)
    (True, True)
    """
    quantile = normal_quantile(level)
    before, after = _scores(data, first, second)
    both, one = np.isfinite(before) & np.isfinite(after), np.isfinite(before) ^ np.isfinite(after)
    x, y = before[both], after[both]
    n = len(x)
    if n < 3:
        raise DataError(f"{n} people with a score on both occasions; three are needed")
    for score, when in ((x, "first"), (y, "second")):
        if not np.ptp(score) > 0:
            raise DataError(f"the scores of the {when} occasion do not vary: no correlation")
    difference = y - x
    change, spread = float(difference.mean()), float(difference.std(ddof=1))
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    r_lower, r_upper = _fisher(r, n, quantile)
    found = intraclass({"first": x, "second": y}, level=level)
    error = spread / np.sqrt(n)
    t = change / error if error > 0 else np.nan
    half = float(stdtrit(n - 1, (1 + level) / 2)) * error
    return Retest(
        r=r,
        r_lower=r_lower,
        r_upper=r_upper,
        **_icc(found, "ICC(3,1)", "consistency"),
        **_icc(found, "ICC(2,1)", "agreement"),
        change=change,
        change_lower=change - half,
        change_upper=change + half,
        t=float(t),
        df=n - 1,
        pvalue=float(2 * stdtr(n - 1, -abs(t))) if error > 0 else np.nan,
        sem=spread / float(np.sqrt(2)),
        detectable=quantile * spread,
        limit_lower=change - quantile * spread,
        limit_upper=change + quantile * spread,
        level=level,
        n=n,
        left_out=int(one.sum()),
    )


def _scores(data: Any, first: str | Sequence[str], second: str | Sequence[str]) -> tuple[Floats, Floats]:
    names = [[each] if isinstance(each, str) else list(each) for each in (first, second)]
    if len(names[0]) != len(names[1]) or not names[0]:
        raise DataError(
            f"{len(names[0])} items on the first occasion and {len(names[1])} on the second; the same items are needed"
        )
    before, after = (read_columns(data, each).mean(axis=1) for each in names)
    return before, after


def _fisher(r: float, n: int, quantile: float) -> tuple[float, float]:
    if n < 4:
        return np.nan, np.nan
    if abs(r) == 1:
        return r, r
    z, half = np.arctanh(r), quantile / np.sqrt(n - 3)
    return float(np.tanh(z - half)), float(np.tanh(z + half))


def _icc(found: Intraclass, kind: str, name: str) -> dict[str, float]:
    table = found.table
    return {
        name: float(table["icc"][kind]),
        f"{name}_lower": float(table["lower"][kind]),
        f"{name}_upper": float(table["upper"][kind]),
    }
