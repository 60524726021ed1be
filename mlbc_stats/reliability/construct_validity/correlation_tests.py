"""Correlations of factors free of measurement error: their intervals, and tests that two factors are hardly two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.reliability.construct_validity.nested_difference import nested_difference
from mlbc_stats.reliability.construct_validity.restricted_tables import (
    factor_pairs,
    merged,
    unit_factors,
    with_correlation,
)
from mlbc_stats.sem.data.source import Sample
from mlbc_stats.sem.fitting.fit import judged_fit
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom
from mlbc_stats.sem.specification.parameter_table import ParameterTable
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

CUTOFFS = (0.9, 1.0)
GRADES = ((1.0, "severe"), (0.9, "moderate"), (0.8, "marginal"))
"""Outer ends of the interval from which two factors are a problem: Rönkkö & Cho (2022)."""
MERGED = "merged"
MAX_ITER = 200
FIELDS = ("chisq_diff", "df_diff", "pvalue", "rmsea_diff", "chisq", "df", "aic", "bic")


@dataclass(frozen=True, slots=True, repr=False)
class DiscriminantValidity(Shown):
    """How far the factors of a model can be told apart.

    Attributes
    ----------
    pairs : one row per pair of factors: one, other, r, se, lower, upper, problem ("none", "marginal", "moderate" or
        "severe" as the outer end of the interval lies below .8, .9, 1 or above).
    tests : one row per pair and cutoff: one, other, cutoff ("merged" for one factor in place of two), r, chisq_diff,
        df_diff, pvalue, rmsea_diff, and chisq, df, aic, bic of the restricted model; note, why a test is not there. A
        small p value says that the two correlate less than the cutoff.
    level : of the intervals.

    With several groups both have a column group.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = rng.multivariate_normal([0, 0], [[1, 0.95], [0.95, 1]], 300).repeat(3, axis=1)
    >>> items = dict(zip("abcdef", (common + rng.normal(size=(300, 6))).T))
    >>> found = discriminant_validity(sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f", items))
    >>> isinstance(found, DiscriminantValidity), found.pairs["problem"][0]
    (True, 'moderate')
    """

    pairs: pd.DataFrame
    tests: pd.DataFrame
    level: float

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `pairs`."""
        return self.pairs


def discriminant_validity(
    result: SemResult,
    cutoffs: Sequence[float] = CUTOFFS,
    *,
    merge: bool = False,
    pairs: Sequence[tuple[str, str]] | None = None,
    level: float = 0.95,
) -> DiscriminantValidity:
    """Intervals of the disattenuated correlations of factors, and likelihood-ratio tests of |ρ| ≥ cutoff.

    The interval is the estimate ± z times its delta-method error. A test compares the model with one in which the
    correlation is at least the cutoff in size, on the side of its estimate: it is held there, or nothing changes and
    χ² = 0 where the estimate is beyond. Each test is of one degree of freedom; since only one side is rejected, its p
    is twice what a one-sided test would give.

    Parameters
    ----------
    result : a converged model with correlated factors; factors scaled by a loading are given unit variance.
    cutoffs : of the tests, in (0, 1]; none for intervals alone.
    merge : test also one factor in place of the two, in all groups, which holds their correlations with all others
        equal as well.
    pairs : the pairs to test; all by default. level : of the intervals.

    Returns
    -------
    DiscriminantValidity
        Tests are those of `sem.compare`, scaled where the estimator scales (by Satorra & Bentler 2001, or where that is
        negative by Satorra & Bentler 2010 or Satorra 2000). AIC and BIC count the correlation as held
        also where the estimate is beyond.

    Raises
    ------
    ModelError
        no two correlated factors, an unknown pair, a model that did not converge, factors that cannot be rescaled.
    DataError
        a cutoff outside (0, 1] or a level outside (0, 1).

    References
    ----------
    Rönkkö & Cho (2022), doi:10.1177/1094428120968614; Anderson & Gerbing (1988), doi:10.1037/0033-2909.103.3.411.
    In R: ``semTools::discriminantValidity(fit, cutoff = .9, merge = FALSE)``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 300).repeat(3, axis=1)
    >>> items = dict(zip("abcdef", (common + rng.normal(size=(300, 6))).T))
    >>> found = discriminant_validity(sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f", items))
    >>> found.pairs["problem"].tolist(), bool((found.tests["pvalue"] < 0.001).all())
    (['none'], True)
    """
    import pandas as pd

    _check(result, cutoffs, level)
    known = factor_pairs(result.table)
    if not known:
        raise ModelError("the model has no two correlated factors, so there is nothing to tell apart")
    wanted = _wanted(known, pairs)
    table = unit_factors(result.table, result.theta) if cutoffs or merge else result.table
    frame = _intervals(result, known, level)
    r = {tuple(key): value for *key, value in frame[["one", "other", "group", "r"]].itertuples(index=False)}
    asked: list[float | str] = [*cutoffs, *([MERGED] if merge else [])]
    tests = pd.DataFrame(
        [
            _tested(result, table, pair, cutoff, float(r[pair]))
            for pair in wanted
            for cutoff in asked
            if cutoff != MERGED or pair[2] == 1
        ],
        columns=["one", "other", "group", "cutoff", "r", *FIELDS, "note"],
    )
    labels = dict(enumerate(result.table.group_labels, start=1))
    shown = [each.assign(group=each["group"].map(labels)) for each in (frame, tests)]
    if result.table.n_groups == 1:
        shown = [each.drop(columns="group") for each in shown]
    return DiscriminantValidity(pairs=shown[0], tests=shown[1], level=level)


def grade(upper: float) -> str:
    """How much of a problem the outer end of an interval of |ρ| is; "" where there is none.

    Examples
    --------
    >>> [grade(end) for end in (0.7, 0.85, 0.93, 1.02)]
    ['none', 'marginal', 'moderate', 'severe']
    """
    if not np.isfinite(upper):
        return ""
    return next((word for limit, word in GRADES if upper >= limit), "none")


def _check(result: SemResult, cutoffs: Sequence[float], level: float) -> None:
    if not 0 < level < 1:
        raise DataError(f"level={level}; expected a number between 0 and 1")
    wrong = [value for value in cutoffs if not 0 < value <= 1]
    if wrong:
        raise DataError(f"cutoff {wrong[0]!r}: expected a correlation above 0 and at most 1")
    if not result.converged:
        raise ModelError("the model did not converge: correlations of its factors would be arbitrary")


def _wanted(
    known: Sequence[tuple[str, str, int]], pairs: Sequence[tuple[str, str]] | None
) -> list[tuple[str, str, int]]:
    if pairs is None:
        return list(known)
    asked = [frozenset(pair) for pair in pairs]
    there = {frozenset(pair[:2]) for pair in known}
    missing = [pair for pair in pairs if frozenset(pair) not in there]
    if missing:
        raise ModelError(f"{' and '.join(missing[0])} are no two correlated factors of the model")
    return [pair for pair in known if frozenset(pair[:2]) in asked]


def _intervals(result: SemResult, known: Sequence[tuple[str, str, int]], level: float) -> pd.DataFrame:
    import pandas as pd
    from scipy.special import ndtri

    rows = result.standardized
    found = {
        (lhs, rhs, group): (float(est), float(se))
        for lhs, op, rhs, group, est, se in rows[["lhs", "op", "rhs", "group", "est_std", "se"]].itertuples(
            index=False
        )
        if op == "~~"
    }
    z = float(ndtri((1 + level) / 2))
    out = []
    for one, other, group in known:
        r, se = found[one, other, group]
        ends = r - z * se, r + z * se
        outer = max(abs(end) for end in ends) if np.isfinite(se) else np.nan
        out.append((one, other, group, r, se, *ends, grade(outer)))
    return pd.DataFrame(out, columns=["one", "other", "group", "r", "se", "lower", "upper", "problem"])


def _tested(
    result: SemResult, table: ParameterTable, pair: tuple[str, str, int], cutoff: float | str, r: float
) -> dict[str, Any]:
    one, other, group = pair
    row: dict[str, Any] = {"one": one, "other": other, "group": group, "cutoff": cutoff, "r": r, "note": ""}
    if not isinstance(cutoff, str) and abs(r) >= cutoff:
        return row | _beyond(result)
    if cutoff == MERGED:
        restricted = merged(table, (one, other))
    else:
        restricted = with_correlation(table, (one, other), group, float(np.copysign(float(cutoff), r)))
    fit, _ = judged_fit(restricted, Sample(result.moments, ()), result.method, dict(result.call), MAX_ITER)
    if not fit.converged:
        return row | dict.fromkeys(FIELDS, np.nan) | {"note": "the restricted model did not converge"}
    return row | _difference(result, fit)


def _beyond(result: SemResult) -> dict[str, float]:
    """The restriction does not bind: the same fit, one degree of freedom more."""
    measures = result.fit_measures
    return {
        **{"chisq_diff": 0.0, "df_diff": 1.0, "pvalue": 1.0, "rmsea_diff": 0.0},
        "chisq": float(result.tests[0].stat),
        "df": float(degrees_of_freedom(result.solution)) + 1,
        "aic": float(measures.get("aic", np.nan)) - 2,
        "bic": float(measures.get("bic", np.nan)) - float(np.log(result.solution.n)),
    }


def _difference(result: SemResult, restricted: SemResult) -> dict[str, float]:
    both = nested_difference(restricted, result)
    found = both.differences[0]
    test = (found.stat, found.df, found.pvalue, found.rmsea)
    values = (*test, both.chisq[1], both.df[1], both.aic[1], both.bic[1])
    return dict(zip(FIELDS, map(float, values), strict=True))
