"""Whether what the members of a group say may stand for the group: a decision per construct, with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.counted import counted
from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.reliability.agreement.nulls import Null, null_variance
from mlbc_stats.reliability.agreement.within_group import group_agreement
from mlbc_stats.reliability.answers.clustering import clustering
from mlbc_stats.reliability.items import Floats
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

AGREEMENT = 0.70
"""rwg(j) and ICC(2) from which agreement is strong and group means are reliable: LeBreton & Senter (2008)."""
ALPHA = 0.05
SKEWED = 0.67
"""Variance of a slightly skewed null over that of the uniform one, on five options: 1.34 over 2."""
YES, CAUTION, NO, UNKNOWN = "aggregate", "aggregate with caution", "do not aggregate", "cannot be judged"
COLUMNS = (
    *("groups", "mean_size", "rwg_j", "strong", "rwg_j_skewed", "ad_mean", "ad_limit"),
    *("icc1", "F", "df1", "df2", "pvalue", "icc2", "design_effect", "decision"),
)


@dataclass(frozen=True, slots=True, repr=False)
class AggregationDecision(Shown):
    """Agreement, reliability of group means and decision for every construct.

    Attributes
    ----------
    table : one row per construct: groups (with two members or more), mean_size (of these), rwg_j (median over groups,
        uniform null), strong (share of groups with .70 or more), rwg_j_skewed (median under the skewed null), ad_mean
        (median average deviation), ad_limit (a sixth of the options), icc1, F, df1, df2, pvalue, icc2, design_effect
        (of the scores), decision ("aggregate", "aggregate with caution", "do not aggregate" or "cannot be judged").
    reasons : construct → what speaks for and against.

    Examples
    --------
    >>> answers = {"a": [4, 4, 1, 2, 5, 5], "b": [4, 5, 1, 1, 5, 4]}
    >>> found = aggregation_decision(answers, list("xxyyzz"), {"mood": ["a", "b"]}, (1, 5))
    >>> isinstance(found, AggregationDecision), found.table["decision"]["mood"]
    (True, 'aggregate')
    """

    table: pd.DataFrame
    reasons: Mapping[str, tuple[str, ...]]


def aggregation_decision(
    data: Any,
    group: Sequence[Any],
    scales: Mapping[str, Sequence[str]],
    options: tuple[int, int] | Mapping[str, tuple[int, int]],
    skewed: Null | None = None,
) -> AggregationDecision:
    """Decide for every construct whether members' answers may be averaged over their group.

    *Aggregate*: the median rwg(j) is .70 or more under the uniform and the skewed null, the median average deviation is
    at most a sixth of the options, the groups differ (F test of ICC(1) at .05) and their means are reliable (ICC(2) of
    .70 or more). *With caution*: members agree under the uniform null and by the average deviation, but one of the
    others fails. *Do not aggregate*: members do not agree.

    Parameters
    ----------
    data : table (n, k) of keyed answers, one row per member. group : (n,) their groups; rows without one do not count.
    scales : construct → its items. options : lowest and highest option, of all scales or by construct.
    skewed : the second null of rwg(j), as in `group_agreement`; by default 67 % of the uniform variance, which is that
        of a slight skew on five options.

    Returns
    -------
    AggregationDecision
        Groups with one member count for nothing here. "cannot be judged" where fewer than two groups have two members.

    Raises
    ------
    DataError
        no scale, a scale without options, or what `group_agreement` refuses.

    References
    ----------
    LeBreton & Senter (2008), doi:10.1177/1094428106296642; Bliese (2000), in Klein & Kozlowski, 349–381; Burke &
    Dunlap (2002), doi:10.1177/1094428102005002002 (AD); Kish (1965). In R: ``multilevel::rwg.j``, ``ad.m``, ``ICC1``
    and ``ICC2`` of ``aov``.

    Examples
    --------
    >>> answers = {"a": [4, 1, 5, 2, 5, 1], "b": [4, 2, 1, 1, 5, 4]}
    >>> found = aggregation_decision(answers, list("xxyyzz"), {"mood": ["a", "b"]}, (1, 5))
    >>> found.table["decision"]["mood"], found.reasons["mood"][0]
    ('do not aggregate', 'against: median rwg(j) .00 under the uniform null')
    """
    import pandas as pd

    if not scales:
        raise DataError("no construct to decide about; give scales={construct: [items]}")
    rows, reasons = {}, {}
    for name, items in scales.items():
        ends = options.get(name) if isinstance(options, Mapping) else options
        if ends is None:
            raise DataError(f"construct {name!r}: no options given; name its lowest and highest answer")
        rows[name] = _row(data, group, list(items), ends, skewed)
        rows[name]["decision"], reasons[name] = _decide(rows[name])
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS)).rename_axis("construct")
    return AggregationDecision(table, reasons)


def _row(
    data: Any, group: Sequence[Any], items: list[str], options: tuple[int, int], skewed: Null | None
) -> dict[str, Any]:
    second: Null = skewed if skewed is not None else SKEWED * null_variance(options[1] - options[0] + 1)
    uniform, other = (group_agreement(data, group, options, items, null) for null in ("uniform", second))
    several = uniform.table["n"] > 1
    found = uniform.table[several]
    values = read_columns(data, items)
    score = _means(values)
    kept = np.isin([str(name).strip() for name in _texts(group)], found.index.astype(str))
    names = [name if keep else None for name, keep in zip(_texts(group), kept, strict=True)]
    icc = _clustered(score[kept], [name for name in names if name is not None])
    median = {name: float(found[name].median()) if len(found) else np.nan for name in ("rwg_j", "ad_mean")}
    skew = other.table[several]["rwg_j"]
    return {
        "groups": int(several.sum()),
        "mean_size": float(found["n"].mean()) if len(found) else np.nan,
        **median,
        "strong": float((found["rwg_j"] >= AGREEMENT).mean()) if len(found) else np.nan,
        "rwg_j_skewed": float(skew.median()) if len(skew) else np.nan,
        "ad_limit": (options[1] - options[0] + 1) / 6,
        **icc,
    }


def _texts(group: Sequence[Any]) -> list[str]:
    """Names of groups as `group_agreement` reads them."""
    names = ["" if name is None or name != name else name for name in group]
    return [str(int(n)) if isinstance(n, float) and n.is_integer() else str(n).strip() for n in names]


def _means(values: Floats) -> Floats:
    """Mean of the answered items (n,); NaN where none is."""
    seen = np.isfinite(values)
    count = seen.sum(axis=1)
    total = np.where(seen, values, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)


def _clustered(score: Floats, names: list[str]) -> dict[str, float]:
    wanted = ("icc1", "F", "df1", "df2", "pvalue", "icc2", "design_effect")
    if len(set(names)) < 2:
        return dict.fromkeys(wanted, np.nan)
    found = clustering({"score": score}, names)
    return {name: float(found[name].to_numpy(dtype=float)[0]) for name in wanted}


def _decide(row: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Decision and reasons; agreement comes first, since without it the others do not matter."""
    if row["groups"] < 2 or not np.isfinite(row["rwg_j"]):
        return UNKNOWN, (f"{counted(row['groups'], 'group')} with two members or more",)
    agreement = (
        (row["rwg_j"] >= AGREEMENT, f"median rwg(j) {_short(row['rwg_j'])} under the uniform null"),
        (
            row["ad_mean"] <= row["ad_limit"],
            f"median average deviation {row['ad_mean']:.2f} ({row['ad_limit']:.2f})",
        ),
    )
    others = (
        (
            row["rwg_j_skewed"] >= AGREEMENT,
            f"median rwg(j) {_short(row['rwg_j_skewed'])} under the skewed null",
        ),
        (row["pvalue"] < ALPHA, f"groups differ: ICC(1) {_short(row['icc1'])}, p {_p(row['pvalue'])}"),
        (row["icc2"] >= AGREEMENT, f"reliability of group means: ICC(2) {_short(row['icc2'])}"),
    )
    agreed, rest = (all(holds for holds, _ in checks) for checks in (agreement, others))
    reasons = tuple(f"{'for' if holds else 'against'}: {text}" for holds, text in (*agreement, *others))
    return (YES if rest else CAUTION) if agreed else NO, reasons


def _short(value: float) -> str:
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def _p(value: float) -> str:
    return "< .001" if value < 0.001 else f"= {_short(value)}"
