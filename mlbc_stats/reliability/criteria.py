"""What reviewers ask of every construct: each quantity beside its conventional threshold and where that comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.construct_summary import ReliabilitySummary, summary
from mlbc_stats.reliability.construct_validity.correlation_tests import discriminant_validity
from mlbc_stats.reliability.construct_validity.restricted_tables import factor_pairs
from mlbc_stats.reliability.internal_consistency import feldt_interval
from mlbc_stats.reliability.resampling.delta_summary import delta_summary
from mlbc_stats.sem.fitting.sem_result import SemResult

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
OUTER = "outer end"


@dataclass(frozen=True, slots=True)
class Rule:
    """One convention.

    Attributes
    ----------
    part : what it is about: loadings, reliability, convergent or discriminant.
    name : of the quantity. sign : "≥", "≤", "<" or ">". threshold : NaN where another quantity is the threshold.
    judged : "estimate", or "outer end" of the interval. source : author, year and DOI.
    """

    part: str
    name: str
    sign: str
    threshold: float
    judged: str
    source: str

    @property
    def text(self) -> str:
        """The rule in a few signs, such as "≥ .50"."""
        limit = "largest |r|" if np.isnan(self.threshold) else f"{self.threshold:.2f}".removeprefix("0")
        return f"{self.sign} {limit}" + (f", {self.judged}" if self.judged == OUTER else "")

    def holds(self, value: float, upper: float, other: float) -> bool | None:
        """Whether it holds; None where there is nothing to judge."""
        judged = upper if self.judged == OUTER else value
        limit = other if np.isnan(self.threshold) else self.threshold
        if not (np.isfinite(judged) and np.isfinite(limit)):
            return None
        return {"≥": judged >= limit, "≤": judged <= limit, "<": judged < limit, ">": judged > limit}[
            self.sign
        ]


_HAIR = "Hair, Risher, Sarstedt & Ringle (2019), doi:10.1108/EBR-11-2018-0203"
_FORNELL = "Fornell & Larcker (1981), doi:10.1177/002224378101800104"
RULES = MappingProxyType(
    {
        "loading": Rule(
            "loadings",
            "standardized loading",
            "≥",
            0.5,
            "estimate",
            "Hair, Black, Babin & Anderson (2019), Multivariate Data Analysis",
        ),
        "alpha": Rule(
            "reliability",
            "α",
            "≥",
            0.7,
            "estimate",
            "Nunnally & Bernstein (1994), Psychometric Theory, 264–265",
        ),
        "omega": Rule(
            "reliability",
            "ω",
            "≥",
            0.7,
            "estimate",
            "Nunnally & Bernstein (1994), Psychometric Theory, 264–265",
        ),
        "cr": Rule("reliability", "CR", "≥", 0.7, "estimate", _HAIR),
        "redundant": Rule("reliability", "CR, not redundant", "≤", 0.95, "estimate", _HAIR),
        "ave": Rule("convergent", "AVE", "≥", 0.5, "estimate", _FORNELL),
        "r": Rule(
            "discriminant",
            "largest |r|",
            "<",
            0.9,
            OUTER,
            "Rönkkö & Cho (2022), doi:10.1177/1094428120968614",
        ),
        "htmt": Rule(
            *("discriminant", "largest HTMT", "<", 0.9, OUTER),
            "Henseler, Ringle & Sarstedt (2015), doi:10.1007/s11747-014-0403-8",
        ),
        "larcker": Rule("discriminant", "√AVE", ">", np.nan, "estimate", _FORNELL),
    }
)
"""Conventions by quantity; they are conventions, not laws."""


def construct_criteria(
    result: SemResult, ratios: pd.DataFrame | None = None, found: ReliabilitySummary | None = None
) -> pd.DataFrame:
    """Loadings, reliability, convergent and discriminant validity of every construct beside conventional thresholds.

    Parameters
    ----------
    result : a converged measurement model of one group.
    ratios : from `htmt_intervals`; without, HTMT stands without its interval and is not judged.
    found : `summary(result)`, where it is there already.

    Returns
    -------
    DataFrame
        One row per construct and quantity: construct, part (loadings, reliability, convergent, discriminant), quantity,
        about (the item, or the other construct), value, lower, upper (95 %), rule, holds (None where it cannot be
        judged), source.

    Raises
    ------
    DataError
        several groups, a model that did not converge or measures nothing.

    References
    ----------
    Those of `RULES`. In R: by hand, from ``semTools::compRelSEM``, ``semTools::AVE``, ``semTools::htmt`` and
    ``semTools::discriminantValidity``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + 0.5 * rng.normal(size=(300, 6))).T))
    >>> table = construct_criteria(sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f", items))
    >>> table.query("construct == 'one' and part == 'convergent'")[["rule", "holds"]].values.tolist()
    [['≥ .50', True]]
    """
    import pandas as pd

    if result.table.n_groups > 1:
        raise DataError("criteria are read for one group; fit each group alone")
    known = found or summary(result)
    parts = (_loadings(result), _model_indices(result, known), _distinctness(result, known, ratios))
    rows = [row for part in parts for row in part]
    frame = pd.DataFrame([_judged(row) for row in rows])
    places = {name: place for place, name in enumerate(known.constructs.index)}
    order = frame["construct"].map(places).to_numpy(dtype=int)
    return frame.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _row(
    construct: str, rule: str, value: float, lower: float = np.nan, upper: float = np.nan, about: str = ""
) -> Row:
    return {
        **{"construct": construct, "rule": rule, "about": about, "other": np.nan},
        **{"value": float(value), "lower": float(lower), "upper": float(upper)},
    }


def _judged(row: Row) -> Row:
    rule = RULES[row["rule"]]
    outer = max(abs(row["lower"]), abs(row["upper"]))
    return {
        "construct": row["construct"],
        "part": rule.part,
        "quantity": rule.name,
        "about": row["about"],
        "value": row["value"],
        "lower": row["lower"],
        "upper": row["upper"],
        "rule": rule.text,
        "holds": rule.holds(abs(row["value"]), outer, row["other"]),
        "source": rule.source,
    }


def _loadings(result: SemResult) -> Iterator[Row]:
    rows = result.standardized
    rows = rows[(rows["op"] == "=~") & ~rows["rhs"].isin(result.table.latent)]
    for factor, item, value, low, high in rows[["lhs", "rhs", "est_std", "ci_lower", "ci_upper"]].itertuples(
        index=False
    ):
        yield _row(str(factor), "loading", value, low, high, str(item))


def _model_indices(result: SemResult, known: ReliabilitySummary) -> Iterator[Row]:
    found = delta_summary(result)
    ends = {
        (str(name), str(index)): tuple(map(float, values))
        for name, index, *values in found[["construct", "index", "est", "ci_lower", "ci_upper"]].itertuples(
            index=False
        )
    }
    complete = all(moments.patterns is None for moments in result.moments)
    for name, row in known.constructs.iterrows():
        alpha, count = float(row["alpha"]), int(row["n_items"])
        bounds = (np.nan, np.nan)
        if complete and np.isfinite(alpha) and count > 1:
            bounds = feldt_interval(alpha, result.nobs, count)
        yield _row(str(name), "alpha", alpha, *bounds)
        for rule, index in (("omega", "omega_model"), ("cr", "cr"), ("redundant", "cr"), ("ave", "ave")):
            if (str(name), index) in ends:
                est, low, high = ends[str(name), index]
                yield _row(str(name), rule, est, low, high)


def _distinctness(result: SemResult, known: ReliabilitySummary, ratios: pd.DataFrame | None) -> Iterator[Row]:
    names = [str(name) for name in known.constructs.index]
    if len(names) < 2:
        return
    signed = known.correlations.to_numpy(dtype=float)
    correlations = np.abs(signed)
    np.fill_diagonal(correlations, -np.inf)
    ends = _correlation_ends(result)
    for place, name in enumerate(names):
        nearest = names[int(np.argmax(correlations[place]))]
        value = float(signed[place, names.index(nearest)])
        yield _row(name, "r", value, *ends.get(frozenset((name, nearest)), (np.nan, np.nan)), nearest)
        yield from _largest_ratio(name, names, known, ratios)
        root = float(np.sqrt(known.constructs["ave"].to_numpy(dtype=float)[place]))
        yield {**_row(name, "larcker", root, about=nearest), "other": abs(value)}


def _correlation_ends(result: SemResult) -> dict[frozenset[str], tuple[float, float]]:
    """Ends of the interval of every correlation that is a parameter of the model."""
    if not factor_pairs(result.table):
        return {}
    pairs = discriminant_validity(result, cutoffs=()).pairs
    return {
        frozenset((one, other)): (low, high)
        for one, other, low, high in pairs[["one", "other", "lower", "upper"]].itertuples(index=False)
    }


def _largest_ratio(
    name: str, names: list[str], known: ReliabilitySummary, ratios: pd.DataFrame | None
) -> Iterator[Row]:
    values = known.htmt.to_numpy(dtype=float)[names.index(name)].copy()
    values[names.index(name)] = np.nan
    if np.isnan(values).all():
        return
    nearest = names[int(np.nanargmax(values))]
    value, ends = float(np.nanmax(values)), (np.nan, np.nan)
    if ratios is not None:
        pair = {name, nearest}
        row = ratios[ratios["one"].isin(pair) & ratios["other"].isin(pair)]
        if len(row):
            value = float(row["htmt"].iloc[0])
            ends = float(row["htmt_lower"].iloc[0]), float(row["htmt_upper"].iloc[0])
    yield _row(name, "htmt", value, *ends, nearest)
