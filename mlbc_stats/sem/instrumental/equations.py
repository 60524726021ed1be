"""Turn a model into equations of observed variables: each latent variable is replaced by its scaling indicator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.ram import Ram


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation y = Xb + u with observed y = cᵀz, X = Zᵀz and a disturbance u that holds errors of measurement.

    Attributes
    ----------
    lhs : the dependent variable as the model names it; rhs : (k) explanatory variables with free coefficients.
    stand_in, stand_ins : the observed variables that stand for them.
    outcome : (p,) c, weights of the observed variables; the fixed coefficients are on this side.
    regressors : (p, k) Z.
    parameters : (k,) places of the coefficients in theta.
    disturbance : (v,) part of u that does not depend on a coefficient, as weights of the disturbances δ of the model.
    carried : (v, n) with `sources`, (n,) cells of A: u = (disturbance + Σ a carried)ᵀδ.
    """

    lhs: str
    rhs: tuple[str, ...]
    stand_in: str
    stand_ins: tuple[str, ...]
    outcome: Floats
    regressors: Floats
    parameters: Ints
    disturbance: Floats
    carried: Floats
    sources: Ints

    def composite(self, effects: Floats) -> Floats:
        """Weights (..., v) of δ in u at coefficients A (..., v, v)."""
        own = effects[..., self.sources[:, 0], self.sources[:, 1]]
        return self.disturbance + own @ self.carried.T


def equations(ram: Ram) -> tuple[Equation, ...]:
    """The equations of one group that hold a free coefficient, indicators in the model's order, then latent variables.

    Formula: a latent variable η with scaling indicator x = λη + δ_x is (x − δ_x)/λ; where x is latent itself, it is
    replaced in turn.

    Raises
    ------
    ModelError
        for a latent variable without a scaling indicator.

    References
    ----------
    Bollen (1996), doi:10.1007/BF02296384; Bollen & Bauer (2004), doi:10.1177/0049124103260341.
    """
    free = _free_effects(ram)
    scaling = _scaling_indicators(ram, free)
    stand = {j: _substitute(ram, j, scaling) for j in (*range(ram.n_observed), *scaling)}
    rows = dict.fromkeys(int(i) for i, _ in free)
    ordered = sorted(rows, key=lambda i: (i >= ram.n_observed, i))
    return tuple(_equation(ram, i, free, stand) for i in ordered)


def _free_effects(ram: Ram) -> dict[tuple[int, int], int]:
    """Parameter of every free directed cell."""
    return {
        (int(r), int(c)): int(f)
        for r, c, f, directed in zip(ram.row, ram.col, ram.free, ram.directed, strict=True)
        if directed
    }


def _scaling_indicators(ram: Ram, free: dict[tuple[int, int], int]) -> dict[int, int]:
    """The scaling indicator of every latent variable that is part of an equation or stands for one."""
    rows = {i for i, _ in free}
    parents = {j for _, j in free} | {int(j) for i in rows for j in np.flatnonzero(ram.a0[i])}
    scaling: dict[int, int] = {}
    for start in sorted(j for j in rows | parents if j >= ram.n_observed):
        j, seen = start, {start}
        while j >= ram.n_observed and j not in scaling:
            child = _scaling_child(ram, j, rows)
            if child is None or child in seen:
                raise ModelError(_without_scale(ram.variables[j]))
            scaling[j] = j = child
            seen.add(child)
    return scaling


def _scaling_child(ram: Ram, j: int, rows: set[int]) -> int | None:
    """The first variable that measures latent j alone with a fixed loading."""
    alone = (
        int(i) for i in np.flatnonzero(ram.a0[:, j]) if np.count_nonzero(ram.a0[i]) == 1 and i not in rows
    )
    return next(alone, None)


def _without_scale(name: str) -> str:
    return (
        f"estimator='IV' replaces every latent variable by an indicator that gives it its scale, and {name} has none: "
        f"fix the loading of an indicator of {name} alone, as in {name} =~ 1*x (and leave std_lv out)"
    )


def _substitute(ram: Ram, j: int, scaling: dict[int, int]) -> tuple[Floats, Floats]:
    """What stands for variable j: weights of the observed variables (p,) and of the disturbances (v,)."""
    observed, disturbance = np.zeros(ram.n_observed), np.zeros(len(ram.variables))
    if j < ram.n_observed:
        observed[j] = 1.0
        return observed, disturbance
    child = scaling[j]
    inner, error = _substitute(ram, child, scaling)
    disturbance[child] = 1.0
    return inner / ram.a0[child, j], (error - disturbance) / ram.a0[child, j]


def _equation(
    ram: Ram, i: int, free: dict[tuple[int, int], int], stand: dict[int, tuple[Floats, Floats]]
) -> Equation:
    own = {j: parameter for (row, j), parameter in free.items() if row == i}
    fixed: list[int] = np.flatnonzero(ram.a0[i]).tolist()
    sources = [*own, *fixed]
    outcome, error = stand[i]
    disturbance = -error
    disturbance[i] += 1.0
    return Equation(
        lhs=ram.variables[i],
        rhs=tuple(ram.variables[j] for j in own),
        stand_in=_name(ram, outcome),
        stand_ins=tuple(_name(ram, stand[j][0]) for j in own),
        outcome=outcome - sum((ram.a0[i, j] * stand[j][0] for j in fixed), np.zeros(ram.n_observed)),
        regressors=np.stack([stand[j][0] for j in own], axis=-1),
        parameters=np.array(list(own.values()), dtype=np.intp),
        disturbance=disturbance,
        carried=np.stack([stand[j][1] for j in sources], axis=-1),
        sources=np.array([(i, j) for j in sources], dtype=np.intp),
    )


def _name(ram: Ram, weights: Floats) -> str:
    return ram.variables[int(np.flatnonzero(weights)[0])]
