"""Differential functioning of one item by ordinal logistic regression on a matching score, groups and their product."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mlbc_stats.irt.functioning.ordinal_logit import ordinal_logit, pseudo_r2

Array = NDArray[Any]
MODERATE, LARGE = 0.035, 0.070
"""Changes of Nagelkerke's R² that Jodoin and Gierl (2001, doi:10.1207/S15324818AME1404_2) call moderate and large."""


def logistic_row(codes: Array, group: Array, match: Array) -> dict[str, Any]:
    """Tests of uniform, nonuniform and any differential functioning of an item, with effect sizes.

    Models: thresholds alone (0), with the score (1), with groups (2), with their products with the score (3).

    Parameters
    ----------
    codes : (n,) categories. group : (n,) number of the group, 0 is the reference. match : (n,) score.
    """
    others = (group[:, None] == np.arange(1, group.max() + 1)).astype(float)
    score = match[:, None]
    designs = [
        np.zeros((len(codes), 0)),
        score,
        np.hstack([score, others]),
        np.hstack([score, others, score * others]),
    ]
    fits = [ordinal_logit(codes, x) for x in designs]
    logs, g = [each.loglik for each in fits], others.shape[1]
    r2 = [pseudo_r2(each, logs[0], len(codes))["nagelkerke"] for each in logs]
    uniform, nonuniform, total = (2 * (logs[b] - logs[a]) for a, b in ((1, 2), (2, 3), (1, 3)))
    first, second = float(fits[1].slopes[0]), float(fits[2].slopes[0])
    row = {
        "n": len(codes),
        **{f"loglik{k}": value for k, value in enumerate(logs)},
        "chi_uniform": uniform,
        "p_uniform": _tail(g, uniform),
        "chi_nonuniform": nonuniform,
        "p_nonuniform": _tail(g, nonuniform),
        "chi_total": total,
        "p_total": _tail(2 * g, total),
        "df": g,
        "r2_uniform": r2[2] - r2[1],
        "r2_nonuniform": r2[3] - r2[2],
        "r2_change": r2[3] - r2[1],
        "slope1": first,
        "slope2": second,
        "slope3": float(fits[3].slopes[0]),
        "slope_change": 100 * abs((second - first) / first) if first else float("nan"),
        "size": size_of(r2[3] - r2[1]),
        "converged": all(each.converged for each in fits),
    }
    for k in range(g):
        suffix = "" if g == 1 else f"_{k + 1}"
        row[f"group{suffix}"] = float(fits[2].slopes[1 + k])
        row[f"group_se{suffix}"] = float(fits[2].se[1 + k])
        row[f"group3{suffix}"] = float(fits[3].slopes[1 + k])
        row[f"interaction{suffix}"] = float(fits[3].slopes[1 + g + k])
    return row


def size_of(change: float) -> str:
    """Jodoin and Gierl's word for a change of Nagelkerke's R².

    Examples
    --------
    >>> size_of(0.01), size_of(0.05), size_of(0.2)
    ('negligible', 'moderate', 'large')
    """
    return "large" if change >= LARGE else "moderate" if change >= MODERATE else "negligible"


def _tail(df: int, value: float) -> float:
    return float(chdtrc(df, max(value, 0.0)))
