"""How much one parameter differs between groups, in units that can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.comparing.proposals import newly_fixed, tied_over_groups
from mlbc_stats.sem.inference.parameter_values import row_values
from mlbc_stats.sem.results.fitted_model import FittedModel

Name = tuple[str, str, str]

BOUND = 2.0
"""z score of a factor at which low and high scorers are compared."""
LARGEST = 0.9999
"""Standardized values are drawn in to this before Fisher's z and arcsines."""


def tested_parameters(parent: FittedModel, narrow: FittedModel, step: str) -> list[Name]:
    """What the step holds equal and the one before does not; not the only loading of a factor."""
    if step == "means":
        fixed = [row for row in newly_fixed(parent.table, narrow.table) if row.op == "~1"]
        return list(dict.fromkeys((row.lhs, row.op, row.rhs) for row in fixed))
    known = tied_over_groups(parent.table)
    names = [name for name in tied_over_groups(narrow.table) if name not in known]
    factors = [lhs for lhs, op, _ in names if op == "=~"]
    return [name for name in names if name[1] != "=~" or factors.count(name[0]) > 1]


def markers(fit: FittedModel) -> dict[str, str]:
    """The item with loading one, by factor."""
    return {row.lhs: row.rhs for row in fit.table.parameters if row.op == "=~" and not row.free}


def values_of(fit: FittedModel, name: Name) -> tuple[Floats, Floats, Floats]:
    """Places in θ (−1 where fixed), values and slopes by θ of a parameter in every group (G,).

    A marker's loading is one over the next item's loading, as if that one were the marker.
    """
    lhs, op, rhs = name
    rows = [row for row in fit.table.parameters if (row.lhs, row.op, row.rhs) == name and row.group]
    if op == "=~" and markers(fit).get(lhs) == rhs:
        other = next(row.rhs for row in fit.table.parameters if (row.lhs, row.op) == (lhs, op) and row.free)
        places, loadings, _ = values_of(fit, (lhs, op, other))
        return places, 1 / loadings, -1 / loadings**2
    places = np.array([row.free - 1 for row in rows])
    values = np.array([fit.theta[row.free - 1] if row.free else row.fixed or 0.0 for row in rows])
    return places, values, np.ones(len(rows))


def effects_of(narrow: FittedModel, free: FittedModel, name: Name, step: str, bound: float) -> dict[str, Any]:
    """A row of estimates: pooled, of each group, standardized, and effect sizes against the first group.

    Factors have the scale of their first item in the first group. Variances are pooled with n − 1.
    """
    lhs, _, rhs = name
    labels = [str(label) for label in narrow.table.group_labels]
    factor, item = (lhs, rhs) if step == "metric" else (lhs if step == "means" else "", lhs)
    scale = _unit(free, factor) if factor else 1.0
    own = _values(free, name) * (scale if step == "means" else 1 / scale)
    spread = _pooled(free, [scale**2 * v for v in _values(free, (factor, "~~", factor))]) if factor else 1.0
    unit = 1.0 if step == "means" else _pooled(free, _variances(free, item))
    std = {
        "metric": own * np.sqrt(spread / unit),
        "scalar": own / np.sqrt(unit),
        "strict": own / unit,
        "means": own / np.sqrt(spread),
    }[step]
    pooled = _values(narrow, name)[0] / (_unit(narrow, factor) if step == "metric" else 1.0)
    row: dict[str, Any] = {"parameter": "".join(name), "pooled": float(pooled)}
    row |= {f"est_{label}": float(v) for label, v in zip(labels, own, strict=True)}
    row |= {f"std_{label}": float(v) for label, v in zip(labels, std, strict=True)}
    row |= _against_first("diff_std", labels, std)
    if step == "metric":
        return row | _loading_effects(free, name, labels, own, std, scale, bound)
    if step == "scalar":
        means = _observed_means(free, item)
        return row | _against_first("diff_mean", labels, means) | _shares(labels, own, means)
    if step == "strict":
        angles = 2 * np.arcsin(np.sqrt(np.clip(std, 0.0, LARGEST)))
        return (
            row | _against_first("h", labels, angles) | _shares(labels, own, np.array(_variances(free, item)))
        )
    return row


def _loading_effects(
    free: FittedModel,
    name: Name,
    labels: Sequence[str],
    own: Floats,
    std: Floats,
    scale: float,
    bound: float,
) -> dict[str, float]:
    """Fisher's q, differences of observed means, and of the expected item at the lowest and the highest score."""
    factor, _, item = name
    spreads = scale * np.sqrt(_values(free, (factor, "~~", factor)))
    centres = scale * _values(free, (factor, "~1", ""))
    starts = _values(free, (item, "~1", ""))
    ends = {"low": np.min(centres - bound * spreads), "high": np.max(centres + bound * spreads)}
    out = _against_first("q", labels, np.arctanh(np.clip(std, -LARGEST, LARGEST)))
    out |= _against_first("diff_mean", labels, _observed_means(free, item))
    for end, score in ends.items():
        out |= _against_first(end, labels, starts + own * score)
    return out


def _values(fit: FittedModel, name: Name) -> Floats:
    values = row_values(fit.table, fit.solution.rams, fit.theta)
    pairs = zip(fit.table.parameters, values, strict=True)
    found = [value for row, value in pairs if (row.lhs, row.op, row.rhs) == name and row.group]
    return np.array(found if found else [0.0] * fit.table.n_groups)


def _unit(fit: FittedModel, factor: str) -> float:
    """The first item's loading in the first group: what a factor of unit variance is in that item's units."""
    item = next(row.rhs for row in fit.table.parameters if (row.lhs, row.op) == (factor, "=~"))
    return float(_values(fit, (factor, "=~", item))[0])


def _pooled(fit: FittedModel, each: Sequence[float] | Floats) -> float:
    weights = np.array([moments.n for moments in fit.moments], dtype=float) - 1
    return float(weights @ np.asarray(each) / weights.sum())


def _variances(fit: FittedModel, item: str) -> list[float]:
    at = fit.table.observed.index(item)
    return [float(implied.sigma[at, at]) for implied in fit.solution.implied()]


def _observed_means(fit: FittedModel, item: str) -> Floats:
    return np.array([np.asarray(m.mean)[m.names.index(item)] for m in fit.moments])


def _shares(labels: Sequence[str], own: Floats, whole: Floats) -> dict[str, float]:
    """Differences of a parameter by differences of what it is part of."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (own[1:] - own[0]) / (whole[1:] - whole[0])
    return {f"share_{label}": float(value) for label, value in zip(labels[1:], parts, strict=True)}


def _against_first(kind: str, labels: Sequence[str], values: Floats) -> dict[str, float]:
    return {
        f"{kind}_{label}": float(value - values[0])
        for label, value in zip(labels[1:], values[1:], strict=True)
    }
