"""Effect-coding constraints: loadings that average one, intercepts that sum to zero."""

from __future__ import annotations

from collections.abc import Sequence

from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.roles import Roles
from mlbc_stats.sem.specification.rows import Row

Sum = tuple[float, tuple[int, ...]]


def effect_constraints(rows: Sequence[Row], roles: Roles, options: ModelOptions, groups: range) -> list[Sum]:
    """Sums the effect coding holds: (total, row numbers from 0), per group and latent variable.

    A latent variable with a fixed loading (or intercept) keeps the scale (or origin) it has; where its
    intercepts are constrained, its mean is freed.

    References
    ----------
    Little, T. D., Slegers, D. W., & Card, N. A. (2006). A non-arbitrary method of identifying and scaling
    latent variables in SEM and MACS models. Structural Equation Modeling, 13(1), 59-72.
    https://doi.org/10.1207/s15328007sem1301_3
    """
    if not options.effect_coding:
        return []
    loadings: dict[tuple[int, str], list[int]] = {}
    means: dict[tuple[int, str], int] = {}
    for at, row in enumerate(rows):
        if row.op == "=~":
            loadings.setdefault((row.group, row.lhs), []).append(at)
        elif row.op == "~1":
            means[row.group, row.lhs] = at
    sums: list[Sum] = []
    for group in groups:
        for name in roles.latent:
            sums += _of_factor(rows, options, loadings.get((group, name), []), means, name)
    return sums


def _of_factor(
    rows: Sequence[Row],
    options: ModelOptions,
    loadings: list[int],
    means: dict[tuple[int, str], int],
    name: str,
) -> list[Sum]:
    sums: list[Sum] = []
    if not loadings:
        return sums
    if "loadings" in options.effect_coding and _free(rows, loadings):
        sums.append((float(len(loadings)), tuple(loadings)))
    if "intercepts" in options.effect_coding and options.meanstructure:
        group = rows[loadings[0]].group
        intercepts = sorted(means[group, rows[at].rhs] for at in loadings if (group, rows[at].rhs) in means)
        if len(intercepts) == len(loadings) and _free(rows, intercepts):
            sums.append((0.0, tuple(intercepts)))
            mean = rows[means[group, name]]
            mean.fixed = mean.fixed if mean.user else None
    return sums


def _free(rows: Sequence[Row], places: Sequence[int]) -> bool:
    return all(rows[at].fixed is None for at in places)
