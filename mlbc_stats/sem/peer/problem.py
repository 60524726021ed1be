"""Write a fitted model as a problem semopy can solve, every parameter spelled out, or say why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.inference.uncertainty import effective_n
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable
from mlbc_stats.sem.starting.values import start_values


@dataclass(frozen=True, slots=True)
class Problem:
    """A model for semopy.

    Attributes
    ----------
    content : what its process reads (description, starts, covariance matrix, cases).
    parameter_names : name in the description of each row of the table that is estimated, by row number.
    """

    content: Mapping[str, Any]
    parameter_names: Mapping[int, str]


def semopy_problem(table: ParameterTable, solution: Solution) -> Problem:
    """Translate a model and its data.

    Each variable gets a neutral name, and each relation is written as a regression or a covariance, so that semopy
    chooses no marker, frees no variance and adds no covariance by itself. The starting values are ours, not our
    estimates.
    """
    names = {name: f"v{i}" for i, name in enumerate((*table.observed, *table.latent))}
    labels = parameter_names(table)
    moments = solution.moments[0]
    lines = [
        *_effects(table, names, labels, moments.cov),
        *_anchors(table, names),
        *_latent(table, names),
    ]
    start = start_values(table, (moments,))
    first: dict[str, float] = {}
    for i, label in labels.items():
        first.setdefault(label, float(start[table.parameters[i].free - 1]))
    content = {
        "description": "\n".join(lines),
        "names": [names[name] for name in table.observed],
        "cov": moments.cov.tolist(),
        "n": effective_n(solution),
        "starts": first,
    }
    return Problem(content, labels)


def obstacle(table: ParameterTable, solution: Solution) -> str:
    """Why semopy cannot check this model ("" where it can): it is trusted for complete-data ML in one group."""
    method, rows = solution.method, table.parameters
    ties = sum(row.op == "==" for row in rows)
    reasons = {
        f"the discrepancy is {method.discrepancy}, only ML is compared": method.discrepancy != "ML",
        "the estimates were made in steps, not by one maximum": solution.vcov is not None,
        "missing values are modelled, only complete data are compared": method.missing != "listwise",
        "the model has two levels, only one is compared": table.two_level,
        f"the model has {table.n_groups} groups, only one is compared": table.n_groups > 1,
        "the data are weighted": any(moments.weights is not None for moments in solution.moments),
        "the model has inequality constraints": any(row.op in {"<", ">"} for row in rows),
        "the model has equality constraints other than equal labels": ties != len(table.simple_equalities),
        "the mean structure is restricted": table.meanstructure and not _means_saturated(table),
        "the model has composites, semopy has none": bool(table.blocks),
        "the model has rotated blocks": any(row.efa for row in rows),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def parameter_names(table: ParameterTable) -> dict[int, str]:
    """Row number → name of every free directed effect and covariance; tied rows share one."""
    head = list(range(table.n_free + 1))
    for one, other in table.simple_equalities:
        low, high = sorted((_root(head, one), _root(head, other)))
        head[high] = low
    return {
        i: f"p{_root(head, row.free)}"
        for i, row in enumerate(table.parameters)
        if row.free and row.op != "~1"
    }


def _root(head: list[int], free: int) -> int:
    while head[free] != free:
        free = head[free]
    return free


def _effects(
    table: ParameterTable, names: Mapping[str, str], labels: Mapping[int, str], cov: np.ndarray
) -> Iterator[str]:
    """One line for every directed effect and covariance, with a name or a value; all variances and covariates."""
    place = {name: i for i, name in enumerate(table.observed)}
    written: set[frozenset[str]] = set()
    for i, row in enumerate(table.parameters):
        if row.op not in {"=~", "~", "<~", "~~"}:
            continue
        left, right = (row.rhs, row.lhs) if row.op == "=~" else (row.lhs, row.rhs)
        factor = labels[i] if i in labels else _decimal(_fixed(row, cov, place))
        yield f"{names[left]} {'~~' if row.op == '~~' else '~'} {factor}*{names[right]}"
        if row.op == "~~":
            written.add(frozenset({left, right}))
    for i, one in enumerate(names):
        for other in list(names)[i:]:
            if frozenset({one, other}) not in written and (one == other or (one in place and other in place)):
                yield f"{names[one]} ~~ 0*{names[other]}"


def _fixed(row: Parameter, cov: np.ndarray, place: Mapping[str, int]) -> float:
    return float(cov[place[row.lhs], place[row.rhs]]) if row.exo else float(row.fixed or 0.0)


def _decimal(value: float) -> str:
    return np.format_float_positional(value, trim="0")


def _anchors(table: ParameterTable, names: Mapping[str, str]) -> Iterator[str]:
    """A zero effect for variables without any, which semopy would not see otherwise."""
    directed = {
        name for row in table.parameters if row.op in {"=~", "~", "<~"} for name in (row.lhs, row.rhs)
    }
    first, *others = table.observed
    for name in table.observed:
        if name not in directed and others:
            yield f"{names[name]} ~ 0*{names[others[0] if name == first else first]}"


def _latent(table: ParameterTable, names: Mapping[str, str]) -> Iterator[str]:
    if table.latent:
        yield f"DEFINE(latent) {' '.join(names[name] for name in table.latent)}"


def _means_saturated(table: ParameterTable) -> bool:
    """Whether each observed variable has its own free intercept and nothing else has a mean."""
    means = [row for row in table.parameters if row.op == "~1"]
    tied = {number for pair in table.simple_equalities for number in pair}
    own = {row.lhs for row in means if (row.free and row.free not in tied) or row.exo}
    others = [row for row in means if row.lhs not in table.observed]
    return own == set(table.observed) and not any(row.free or row.fixed for row in others)
