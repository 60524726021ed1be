"""Early against late respondents: whether they differ, and whether they are the same within a margin."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.responses.model import Responses
from mlbc_stats.survey.screening.report import ScreeningReport, kept_cases
from mlbc_stats.survey.screening.scoring import score

COLUMNS = (
    *("scale", "early_n", "early_mean", "late_n", "late_mean", "difference", "d"),
    *("lower", "upper", "pvalue", "p_equivalent", "finding"),
)


def early_late(
    responses: Responses,
    screening: ScreeningReport | None = None,
    share: float = 1 / 3,
    margin: float = 0.5,
    level: float = 0.05,
) -> pd.DataFrame:
    """Compare the first with the last respondents on every score, for late ones resemble those who never answered.

    Welch's test of a difference, and two one-sided tests of equivalence (TOST): the scores are equivalent when the
    difference is clearly above −margin and clearly below +margin, in standard deviations pooled over the two groups.

    Parameters
    ----------
    responses : answers whose paradata tell when each case ended, or else started.
    screening : when given, only the cases it keeps are compared.
    share : of the cases that are early, and late; the cases between are left out.
    margin : greatest difference that does not matter, in standard deviations (0.5 is a medium effect; take
        the smallest effect of interest of the study).
    level : of each test; the interval of the difference has 1 − 2·level.

    Returns
    -------
    DataFrame
        One row per score: scale, early_n, early_mean, late_n, late_mean, difference (late − early), d (in pooled
        standard deviations), lower, upper (of the difference), pvalue (of no difference), p_equivalent, finding
        ("equivalent", "different", "different and equivalent", "undecided"). Empty where no score can be compared.

    Raises
    ------
    ResponseError
        when the file does not tell when cases answered, or a share or margin makes no sense.

    References
    ----------
    Armstrong & Overton (1977), doi:10.1177/002224377701400320; Schuirmann (1987), doi:10.1007/BF01068419; Lakens
    (2017), doi:10.1177/1948550617697177.

    Notes
    -----
    In R: ``t.test(late, early)`` and the larger p of ``t.test(late, early, mu = -m, alternative = "greater")`` and
    ``t.test(late, early, mu = m, alternative = "less")`` with m = margin·s.

    Examples
    --------
    >>> import dataclasses
    >>> from mlbc_stats import survey
    >>> found = survey.simulate(survey.pilot_population(), n=300, seed=1)
    >>> ended = [f"2026-01-01 {case // 60:02}:{case % 60:02}" for case in range(300)]
    >>> timed = dataclasses.replace(found, paradata=found.paradata.assign(ended=ended))
    >>> early_late(timed)["finding"].iloc[0]
    'equivalent'
    """
    if not 0 < share <= 0.5 or margin <= 0 or not 0 < level < 0.5:
        raise ResponseError(
            f"share {share:g}, margin {margin:g}, level {level:g}: expected a share of at most 0.5, a margin "
            "above 0 and a level below 0.5"
        )
    times = _moments_of_answering(responses)
    chosen = np.flatnonzero(kept_cases(responses, screening) & ~np.isnan(times))
    order = chosen[np.argsort(times[chosen], kind="stable")]
    size = int(len(order) * share)
    scores = score(responses)
    first, last = order[:size], order[len(order) - size :]
    rows = [
        _compared(str(name), scores[name].to_numpy()[first], scores[name].to_numpy()[last], margin, level)
        for name in scores.columns
    ]
    return pd.DataFrame([row for row in rows if row], columns=list(COLUMNS))


def _moments_of_answering(responses: Responses) -> np.ndarray:
    """Seconds since some origin (n,), NaN where unknown."""
    for name in ("ended", "started"):
        if name in responses.paradata:
            cells = pd.to_datetime(responses.paradata[name], errors="coerce", format="mixed", utc=True)
            times = np.where(cells.isna(), np.nan, cells.to_numpy(dtype="datetime64[s]").astype(float))
            if not np.isnan(times).all():
                return times
    raise ResponseError(
        f"{responses.source}: the file does not tell when cases answered (no column of start or end); early and late "
        "respondents cannot be told apart"
    )


def _compared(
    name: str, early: np.ndarray, late: np.ndarray, margin: float, level: float
) -> dict[str, object]:
    """One row; none where a group has fewer than two scores or nothing varies."""
    early, late = early[~np.isnan(early)], late[~np.isnan(late)]
    if min(len(early), len(late)) < 2:
        return {}
    parts = early.var(ddof=1) / len(early), late.var(ddof=1) / len(late)
    error = float(np.sqrt(sum(parts)))
    if error < 1e-12:
        return {}
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(early) - 1) + parts[1] ** 2 / (len(late) - 1))
    pooled = _pooled(early, late)
    difference, bound = float(late.mean() - early.mean()), margin * pooled
    pvalue = 2 * stdtr(df, -abs(difference) / error)
    p_equivalent = max(stdtr(df, -(difference + bound) / error), stdtr(df, (difference - bound) / error))
    reach = float(stdtrit(df, 1 - level)) * error
    found = [word for word, p in (("different", pvalue), ("equivalent", p_equivalent)) if p < level]
    values = (name, len(early), early.mean(), len(late), late.mean(), difference, difference / pooled)
    tests = (difference - reach, difference + reach, pvalue, p_equivalent, " and ".join(found) or "undecided")
    return dict(zip(COLUMNS, (*values, *tests), strict=True))


def _pooled(one: np.ndarray, other: np.ndarray) -> float:
    weighted = (len(one) - 1) * one.var(ddof=1) + (len(other) - 1) * other.var(ddof=1)
    return float(np.sqrt(weighted / (len(one) + len(other) - 2)))
