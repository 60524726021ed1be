"""Differential item functioning: items that work differently in groups of cases at the same level."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, DataWarning, NotServedError
from mlbc_stats.irt.functioning.likelihood_ratio import likelihood_ratio_rows
from mlbc_stats.irt.functioning.logistic import logistic_row
from mlbc_stats.irt.functioning.mantel import mantel_haenszel, pvalue
from mlbc_stats.irt.models import model_of
from mlbc_stats.irt.scalability.items import Scores, read_scores
from mlbc_stats.moments.columns import column_names, read_labels
from mlbc_stats.parallel import one_blas_thread
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]
METHODS = ("logistic", "mantel_haenszel", "likelihood_ratio")
MATCHING = ("total", "rest")
ROUNDS = 20
"""Rounds of purification after which the anchors are taken as they are."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class DifResult(Shown):
    """Tests of every item.

    Attributes
    ----------
    method, matching, model : what was asked. group : column; levels : its values, the reference first.
    table : one row an item. flagged : items whose test is significant at `alpha` divided by the number of items (and,
        for logistic regression, whose R² changes more than negligibly).
    anchors : items of the matching score after purification. n : complete cases. warnings : what a reader must know.

    Examples
    --------
    >>> from mlbc_stats import irt
    >>> rng = np.random.default_rng(1)
    >>> theta, g = rng.normal(size=600), np.repeat([0, 1], 300)
    >>> data = {f"x{j}": (theta - 1.5 * g * (j == 0) + rng.logistic(size=600) > 0) * 1 for j in range(6)} | {"g": g}
    >>> found = irt.dif(data, "g")
    >>> type(found).__name__, found.flagged
    ('DifResult', ('x0',))
    """

    method: str
    matching: str
    model: str
    group: str
    levels: tuple[str, ...]
    table: pd.DataFrame
    flagged: tuple[str, ...]
    anchors: tuple[str, ...]
    n: int
    warnings: tuple[str, ...]

    def _facts(self) -> Mapping[str, object]:
        return {
            "method": self.method,
            "groups": f"{', '.join(self.levels[1:])} against {self.levels[0]} ({self.group})",
            "cases": self.n,
            "flagged": list(self.flagged) or "none",
            "warnings": "; ".join(self.warnings) or "none",
        }


def dif(
    data: Any,
    group: str,
    items: Sequence[str] | None = None,
    method: str = "logistic",
    matching: str = "total",
    purify: bool = False,
    model: str = "graded",
    alpha: float = 0.05,
) -> DifResult:
    """Differential functioning of items between groups.

    Parameters
    ----------
    data : table (cases, items and a column of groups); complete cases enter. items : columns, all but `group` by
        default.
    group : its column; the lowest value is the reference.
    method : "logistic" (ordinal logistic regression on the matching score, groups, and their product),
        "mantel_haenszel"
        (two groups; of items with more than two categories Mantel's test and the difference of means),
        "likelihood_ratio" (an item response model of all groups, one item freed at a time).
    matching : score of all anchors with the item itself ("total") or without it ("rest").
    purify : whether flagged items leave the matching score until no more change.
    model : of "likelihood_ratio", as in `fit`. alpha : level over all items.

    Raises
    ------
    DataError
        one group, or a group with fewer than ten cases.

    Notes
    -----
    Swaminathan & Rogers (1990), doi:10.1111/j.1745-3984.1990.tb00754.x; Choi, Gibbons & Crane (2011),
    doi:10.18637/jss.v039.i08; Thissen, Steinberg & Wainer (1993). In R: ``MASS::polr``, ``mantelhaen.test``,
    ``lordif::lordif``, ``mirt::DIF``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> theta, g = rng.normal(size=600), np.repeat([0, 1], 300)
    >>> data = {f"x{j}": (theta + rng.logistic(size=600) > 0) * 1 for j in range(6)} | {"g": g}
    >>> dif(data, "g", method="mantel_haenszel").flagged
    ()
    """
    _check(method, matching, alpha, model)
    scores, number, levels = _read(data, group, items)
    told = list(scores.notes)
    anchors = np.ones(len(scores.names), dtype=bool)
    for _ in range(ROUNDS if purify else 1):
        rows = _rows(scores, number, method, matching, model, anchors)
        flags = np.array([_flag(row, method, alpha / len(rows)) for row in rows])
        if not purify or method == "likelihood_ratio" or (~flags == anchors).all() or (~flags).sum() < 2:
            break
        anchors = ~flags
    lost = [name for name, row in zip(scores.names, rows, strict=True) if not row.get("converged", True)]
    if lost:
        told.append(
            f"no sure test of {', '.join(lost)}: its model did not converge, or a group lacks a category"
        )
    for text in told:
        warnings.warn(text, DataWarning, stacklevel=2)
    return DifResult(
        method,
        matching,
        model if method == "likelihood_ratio" else "",
        group,
        levels,
        _table(scores.names, rows),
        tuple(name for name, flag in zip(scores.names, flags, strict=True) if flag),
        tuple(name for name, kept in zip(scores.names, anchors, strict=True) if kept),
        len(scores.x),
        tuple(told),
    )


def _check(method: str, matching: str, alpha: float, model: str) -> None:
    for name, value, known in (("method", method, METHODS), ("matching", matching, MATCHING)):
        if value not in known:
            raise NotServedError(f"{name}={value!r} is not served; use one of {', '.join(known)}")
    if not 0 < alpha < 1:
        raise DataError(f"alpha={alpha!r}: expected a share between 0 and 1, such as 0.05")
    if method == "likelihood_ratio" and (model_of(model).common or model == "ggum"):
        raise NotServedError(
            f"likelihood ratio tests of model={model!r} are not served; use graded, gpcm or 2pl"
        )


def _read(data: Any, group: str, items: Sequence[str] | None) -> tuple[Scores, Array, tuple[str, ...]]:
    """Complete cases with a group; groups numbered in the order of their values."""
    names = [name for name in column_names(data) if name != group] if items is None else list(items)
    scores = read_scores(data, names)
    codes, labels = read_labels(data, group)
    codes = codes[scores.kept]
    known = codes >= 0
    order = sorted(range(len(labels)), key=lambda k: _sortable(labels[k]))
    used = [k for k in order if (codes == k).any()]
    sizes = {labels[k]: int((codes == k).sum()) for k in used}
    if len(used) < 2:
        raise DataError(f"{group} has {len(used)} group with complete answers; expected two or more")
    if min(sizes.values()) < 10:
        told = ", ".join(f"{label} ({count})" for label, count in sizes.items())
        raise DataError(f"groups of {group}: {told}; each needs ten complete cases or more")
    rank = np.full(len(labels), -1)
    rank[used] = np.arange(len(used))
    notes = scores.notes
    if not known.all():
        notes = (*notes, f"{int((~known).sum())} cases left out: no {group}")
    kept = Scores(scores.names, scores.x[known], scores.kept[known], notes)
    return kept, rank[codes[known]], tuple(labels[k] for k in used)


def _sortable(label: str) -> tuple[int, float, str]:
    try:
        return 0, float(label), label
    except ValueError:
        return 1, 0.0, label


def _rows(
    scores: Scores, number: Array, method: str, matching: str, model: str, anchors: Array
) -> list[dict[str, Any]]:
    names, x = scores.names, scores.x
    if method == "likelihood_ratio":
        table = dict(zip(names, x.T, strict=True))
        with one_blas_thread():
            return likelihood_ratio_rows(table, number, list(names), model, list(names))
    if method == "mantel_haenszel" and number.max() > 1:
        raise DataError(
            f"Mantel-Haenszel compares two groups, got {int(number.max()) + 1}; use method='logistic'"
        )
    rows = []
    for j in range(len(names)):
        used = anchors.copy()
        used[j] = matching == "total"
        match = x[:, used].sum(axis=1)
        rows.append(
            _mantel_row(x[:, j], number, match)
            if method == "mantel_haenszel"
            else logistic_row(np.unique(x[:, j], return_inverse=True)[1].ravel(), number, match)
        )
    return rows


def _mantel_row(column: Array, number: Array, match: Array) -> dict[str, Any]:
    found = mantel_haenszel(column, number == 1, match)
    p = pvalue(found.chi_square_corrected)
    return {
        "odds_ratio": found.odds_ratio,
        "log_odds_lower": found.log_odds_lower,
        "log_odds_upper": found.log_odds_upper,
        "ets_delta": found.ets_delta,
        "ets_class": _ets(found.ets_delta, found.log_odds_lower, found.log_odds_upper, p),
        "chi_square": found.chi_square,
        "chi_square_corrected": found.chi_square_corrected,
        "pvalue": p,
        "mean_difference": found.mean_difference,
        "strata": found.strata,
    }


def _ets(delta: float, low: float, high: float, p: float) -> str:
    """A negligible; C from 1.5 with an interval beyond 1; B between (Zieky, 1993)."""
    if delta != delta:
        return ""
    beyond = min(abs(low), abs(high)) * 2.35 > 1 and low * high > 0
    if abs(delta) >= 1.5 and beyond:
        return "C"
    return "B" if abs(delta) >= 1 and p < 0.05 else "A"


def _flag(row: dict[str, Any], method: str, level: float) -> bool:
    if method == "logistic":
        return bool(row["p_total"] < level) and row["size"] != "negligible"
    return bool(row["pvalue"] < level)


def _table(names: Sequence[str], rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(rows)
    frame.insert(0, "item", list(names))
    return frame
