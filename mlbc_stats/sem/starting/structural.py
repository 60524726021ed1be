"""Starting values of the structural part: regressions among rough covariances of factors and observed variables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mlbc_stats.linalg import cholesky_flag
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.specification.parameter_table import Parameter

Key = tuple[str, str, str]

SHRINK = 0.9
"""Factor on every rough correlation, so that the matrix of them starts well inside the admissible region."""

LEAST = 0.05
"""Smallest eigenvalue of the rough correlations."""

RESIDUAL_FLOOR = 0.2
"""Smallest share of a variance that starts as residual."""


def structural_guesses(
    rows: list[Parameter],
    place: Mapping[str, int],
    cov: Floats,
    loadings: Mapping[Key, float],
    variances: Mapping[str, float],
    sums: Mapping[str, Floats],
) -> dict[Key, float]:
    """Covariances among exogenous factors, regressions and residual variances of endogenous variables.

    The covariance of two factors is taken from their indicators, (λ₁ᵀS₁₂λ₂)/(λ₁ᵀλ₁ λ₂ᵀλ₂); factors without observed
    indicators of their own keep the plain starts. Composites are the `sums` (p,) of the observed variables.
    """
    factors = _first_order(rows, place, loadings)
    inside = {i for block in factors.values() for i in block}
    inside |= {name for name, at in place.items() if any(weights[at] for weights in sums.values())}
    names = [*factors, *sums, *(n for n in place if n not in inside)]
    if not (factors or sums) or not _structural(rows, {**factors, **sums}):
        return {}
    total = _rough_covariances(names, factors, place, cov, variances, sums)
    position = {name: i for i, name in enumerate(names)}
    guess: dict[Key, float] = {}
    endogenous = {row.lhs for row in rows if row.op == "~"}
    for row in rows:
        known = row.lhs in position and row.rhs in position
        if row.op == "~~" and row.lhs != row.rhs and known and not {row.lhs, row.rhs} & endogenous:
            guess[row.lhs, row.op, row.rhs] = float(total[position[row.lhs], position[row.rhs]])
    for target in endogenous:
        guess.update(_regression(target, rows, position, total))
    return guess


def _first_order(
    rows: list[Parameter], place: Mapping[str, int], loadings: Mapping[Key, float]
) -> dict[str, dict[str, float]]:
    """Loadings by factor and indicator, for factors whose indicators are observed and load on nothing else."""
    blocks: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.op == "=~":
            blocks.setdefault(row.lhs, {})[row.rhs] = loadings[row.lhs, row.op, row.rhs]
    count: dict[str, int] = {}
    for block in blocks.values():
        for name in block:
            count[name] = count.get(name, 0) + 1
    return {
        factor: block
        for factor, block in blocks.items()
        if all(name in place and count[name] == 1 for name in block) and any(block.values())
    }


def _structural(rows: list[Parameter], factors: Mapping[str, object]) -> bool:
    return any(
        row.free and (row.op == "~" or (row.op == "~~" and row.lhs != row.rhs)) and row.lhs in factors
        for row in rows
    )


def _rough_covariances(
    names: list[str],
    factors: Mapping[str, Mapping[str, float]],
    place: Mapping[str, int],
    cov: Floats,
    variances: Mapping[str, float],
    sums: Mapping[str, Floats],
) -> Floats:
    weights = np.zeros((len(names), len(cov)))
    spread = np.empty(len(names))
    for i, name in enumerate(names):
        if name in factors:
            index = [place[each] for each in factors[name]]
            loading = np.array(list(factors[name].values()))
            weights[i, index] = loading / (loading @ loading)
            spread[i] = np.sqrt(abs(variances.get(name, 1.0))) or 1.0
        elif name in sums:
            weights[i] = sums[name]
            spread[i] = np.sqrt(variances[name])
        else:
            weights[i, place[name]] = 1.0
            spread[i] = np.sqrt(cov[place[name], place[name]])
    scale = spread[:, None] * spread
    rough = np.minimum(np.maximum(weights @ cov @ weights.T / scale, -1.0), 1.0) * SHRINK
    np.fill_diagonal(rough, 1.0)
    if not cholesky_flag(rough - LEAST * np.eye(len(rough)))[1]:
        values, vectors = np.linalg.eigh(rough)
        rough = (vectors * np.maximum(values, LEAST)) @ vectors.T
    return rough * scale


def _regression(
    target: str, rows: list[Parameter], position: Mapping[str, int], total: Floats
) -> dict[Key, float]:
    paths = [row for row in rows if row.op == "~" and row.lhs == target]
    if target not in position or any(row.rhs not in position for row in paths):
        return {}
    i, index = position[target], [position[row.rhs] for row in paths]
    slopes = np.linalg.solve(total[np.ix_(index, index)], total[index, i])
    residual = max(total[i, i] - slopes @ total[index, i], RESIDUAL_FLOOR * total[i, i])
    guess = {(row.lhs, row.op, row.rhs): float(b) for row, b in zip(paths, slopes, strict=True)}
    return {**guess, (target, "~~", target): float(residual)}
