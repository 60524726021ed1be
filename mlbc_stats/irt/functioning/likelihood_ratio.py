"""Differential functioning by item response models of several groups: one item freed at a time."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mlbc_stats.errors import MlbcWarning
from mlbc_stats.irt.answers.reading import Answers, read_answers
from mlbc_stats.irt.estimation.climb import Climb, climb
from mlbc_stats.irt.estimation.starts import start
from mlbc_stats.irt.models import problem_of

Array = NDArray[Any]
NODES = np.linspace(-6.0, 6.0, 61)


def likelihood_ratio_rows(
    table: dict[str, Array], group: Array, names: list[str], model: str, tested: list[str]
) -> list[dict[str, Any]]:
    """Each tested item with parameters of its own in every group against the same ones, all other items the same.

    The reference group has mean 0 and variance 1, the others their own. Thissen, Steinberg & Wainer (1993).

    Parameters
    ----------
    table : columns (n,). group : (n,) from 0. names : items. model : as in `irt.fit`. tested : items to free.
    """
    base_answers = read_answers(table, names, group)
    base = _fitted(base_answers, model, None)
    return [_row(table, group, names, model, item, base) for item in tested]


def _row(
    table: dict[str, Array], group: Array, names: list[str], model: str, item: str, base: Climb
) -> dict[str, Any]:
    others = [name for name in names if name != item]
    split = {
        f"{item} in group {g}": np.where(group == g, table[item], np.nan) for g in range(int(group.max()) + 1)
    }
    values = [set(np.unique(column[~np.isnan(column)])) for column in split.values()]
    same = all(each == values[0] for each in values)
    row: dict[str, Any] = {"n": int((~np.isnan(table[item])).sum())}
    if not same or len(values[0]) < 2:
        return row | {"chi_square": float("nan"), "df": 0, "pvalue": float("nan"), "converged": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        answers = read_answers({name: table[name] for name in others} | split, None, group)
        free = _fitted(answers, model, base)
    df = len(free.theta) - len(base.theta)
    value = 2 * (free.expectation.loglik - base.expectation.loglik)
    return row | {
        "chi_square": value,
        "df": df,
        "pvalue": float(chdtrc(df, max(value, 0.0))),
        "converged": free.converged and base.converged,
    }


def _fitted(answers: Answers, model: str, base: Climb | None) -> Climb:
    problem = problem_of(answers, model, NODES, int(answers.group.max()) + 1)
    gamma = start(problem.layout, answers.patterns, answers.counts)
    own = np.linalg.lstsq(problem.free, gamma, rcond=None)[0]
    latent = np.zeros(problem.size - len(own))
    if base is not None and len(latent):
        latent = base.theta[-len(latent) :]
    return climb(problem, np.concatenate([own, latent]))
