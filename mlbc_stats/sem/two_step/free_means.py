"""Means of latent variables that the second step estimates although the model fixes them.

A factor's mean and the intercepts of its indicators determine each other, so a model fixes the one and frees the
others. The first step measures each factor about its own mean; where observed variables send their means to factors,
the second step has to estimate it, and both are put together again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlbc_stats.errors import NotServedError
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import matrices
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.specification.parameter_table import ParameterTable
from mlbc_stats.sem.two_step.parts import Part

STEP = 1e-20
"""Imaginary step of the derivatives, which are exact whatever its size."""


def free_means(table: ParameterTable, structural: Part) -> tuple[ParameterTable, Ints]:
    """The table with these means free, the last parameters, and the places of all structural parameters in it.

    Without observed variables in the structural model the means are zero whatever the data, and the table stays.

    Raises
    ------
    NotServedError
        where an indicator's intercept is fixed as well, so that nothing takes the mean up.
    """
    observed = [name for name in structural.table.observed if name in table.observed]
    if structural.own.all() or not (observed and table.meanstructure):
        return table, structural.places
    places = structural.places.copy()
    places[~structural.own] = table.n_free + np.arange(np.sum(~structural.own))
    freed = {
        (row.lhs, row.group): int(places[row.free - 1]) + 1
        for row in structural.table.parameters
        if row.free and not structural.own[row.free - 1]
    }
    _check_taken_up(table, {name for name, _ in freed})
    rows = tuple(
        replace(row, free=freed[row.lhs, row.group], fixed=None)
        if row.op == "~1" and (row.lhs, row.group) in freed
        else row
        for row in table.parameters
    )
    return replace(table, parameters=rows), places


def absorb_means(
    table: ParameterTable, freed: ParameterTable, theta: Floats, vcov: Floats
) -> tuple[Floats, Floats]:
    """Estimates and covariance of the parameters of `table` from those of `freed`, which imply the same moments.

    Formula: with α the means less their fixed values and δ = (I − A_LL)⁻¹α, intercepts become ν + A_OL δ.
    """
    if freed is table:
        return theta, vcov
    pairs = tuple(zip(compile_table(table), compile_table(freed), strict=True))
    shifted = theta.astype(complex) + 1j * STEP * np.eye(len(theta))
    jacobian = (_absorbed(table, pairs, shifted).imag / STEP).T
    return _absorbed(table, pairs, theta), jacobian @ vcov @ jacobian.T


def _absorbed(table: ParameterTable, pairs: tuple[tuple[Ram, Ram], ...], theta: Floats) -> Floats:
    """Parameters (..., q) of the table with fixed means at parameters (..., q + f) of that with free ones."""
    out = theta[..., : table.n_free].copy()
    for fixed, free in pairs:
        p = fixed.n_observed
        a, _, mean = matrices(free, theta)
        _, _, given = matrices(fixed, out)
        alpha = (mean - given)[..., p:]
        inner = np.eye(a.shape[-1] - p) - a[..., p:, p:]
        shift = (a[..., :p, p:] @ np.linalg.solve(inner, alpha[..., None]))[..., 0]
        own = fixed.mean & (fixed.row < p)
        out[..., fixed.free[own]] += shift[..., fixed.row[own]]
    return out


def _check_taken_up(table: ParameterTable, latent: set[str]) -> None:
    """Every observed variable that one of the latent variables points at has a free intercept."""
    told = {
        row.rhs if row.op == "=~" else row.lhs
        for row in table.parameters
        if (row.op == "=~" and row.lhs in latent) or (row.op == "~" and row.rhs in latent)
    }
    for row in table.parameters:
        if row.op == "~1" and row.lhs in told & set(table.observed) and not row.free:
            raise NotServedError(
                f"the intercept of {row.lhs} and the mean of its factor are fixed, but observed variables of the "
                f"structural model have means that reach both; free one of them, as in {row.lhs} ~ NA*1"
            )
