"""The model of a cluster's coefficients, by which slopes vary between clusters.

Given the covariates x of a row, y = v_j + F B_W (Γx + Σ_r e_r s_rj x_r + ζ) with B_W = (I − A_W)⁻¹: its coefficients
are M_0j = v_j and, of each covariate x_d, M_dj = F B_W (γ_d + Σ_r e_r s_rj), the sum over the slopes of x_d. So M_d are
the observed variables of a copy of the model within, without disturbances, whose means are γ_d and into which s_rj
enter. One model holds the variables within (Σ_W given x), these copies, and the variables between clusters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.ram import DIRECTED
from mlbc_stats.sem.specification.levels import level_of, marked
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

PATH, SPREAD, MEAN = range(3)


@dataclass(frozen=True, slots=True)
class CoefficientCells:
    """Cells of the model of coefficients of one group.

    Attributes
    ----------
    variables : names, observed first: those within, their copies covariate by covariate, those between clusters.
    n_observed : how many are observed.
    fixed : A (v, v), S (v, v) and m (v,) with what is fixed.
    kind, rows, cols : (q_e,) where each free cell stands: in A (0), S (1) or m (2).
    source : (q_e,) the group's own parameter that each cell is.
    given, held : places here, and in the model of both levels, of covariates between clusters.
    """

    variables: tuple[str, ...]
    n_observed: int
    fixed: tuple[Floats, Floats, Floats]
    kind: Ints
    rows: Ints
    cols: Ints
    source: Ints
    given: Ints
    held: Ints


Cell = tuple[int, str, str]


def within_covariates(table: ParameterTable) -> tuple[str, ...]:
    """The covariates within clusters, given which the likelihood is taken."""
    return tuple(name for name in table.exogenous if level_of(name) == 1)


def coefficient_names(table: ParameterTable) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Observed variables of the model of coefficients: those within, and the copies with those between clusters."""
    covariates = within_covariates(table)
    within = tuple(name for name in table.observed[: table.n_within] if name not in covariates)
    copies = tuple(copy_of(name, x) for x in covariates for name in within)
    return within, (*copies, *table.observed[table.n_within :])


def copy_of(name: str, covariate: str) -> str:
    """A variable's coefficient of a covariate; no name in a model text can hold a bar."""
    return f"{name}|{covariate}"


def coefficient_cells(table: ParameterTable, group: int, free: Sequence[Parameter]) -> CoefficientCells:
    """The model of coefficients of one group, whose own parameters are the rows `free`."""
    covariates = within_covariates(table)
    observed = tuple(name for part in coefficient_names(table) for name in part)
    inside = [name for name in table.latent if level_of(name) == 1]
    latent = (*inside, *(copy_of(name, x) for x in covariates for name in inside))
    variables = (*observed, *latent, *(name for name in table.latent if level_of(name) == 2))
    place = {name: i for i, name in enumerate(variables)}
    v = len(variables)
    fixed = (np.zeros((v, v)), np.zeros((v, v)), np.zeros(v))
    number = {row.free: i for i, row in enumerate(free)}
    cells: list[tuple[int, int, int, int]] = []
    for row in table.parameters:
        if row.group != group or row.exo:
            continue
        for kind, one, other in _cells(row, covariates):
            i, j = place[one], place[other] if kind != MEAN else 0
            if row.free:
                cells.append((kind, i, j, number[row.free]))
            else:
                _put(fixed[kind], kind, i, j, 1.0 if row.slope else float(row.fixed or 0.0))
    kinds, rows, cols, source = np.array(cells, dtype=np.intp).reshape(-1, 4).T
    outer = {name: i for i, name in enumerate(table.observed)}
    kept = [name for name in table.exogenous if level_of(name) == 2 and name in table.fixed_covariates]
    given, held = (np.array([at[name] for name in kept], dtype=np.intp) for at in (place, outer))
    return CoefficientCells(variables, len(observed), fixed, kinds, rows, cols, source, given, held)


def _cells(row: Parameter, covariates: Sequence[str]) -> Iterator[Cell]:
    """Where a row stands: a path within in the model and in each copy, one from a covariate in the mean of its copy."""
    if row.op not in DIRECTED | {"~~", "~1"}:
        return
    target, cause = (row.rhs, row.lhs) if row.op == "=~" else (row.lhs, row.rhs)
    if row.slope:
        yield PATH, copy_of(target, cause), marked(row.slope)
    elif cause in covariates:
        yield MEAN, copy_of(target, cause), ""
    elif row.op == "~1":
        yield MEAN, target, ""
    elif row.op == "~~":
        yield SPREAD, target, cause
    else:
        yield PATH, target, cause
        if row.level == 1:
            yield from ((PATH, copy_of(target, x), copy_of(cause, x)) for x in covariates)


def _put(matrix: Floats, kind: int, i: int, j: int, value: float) -> None:
    if kind == MEAN:
        matrix[i] = value
        return
    matrix[i, j] = value
    if kind == SPREAD:
        matrix[j, i] = value
