"""Find the instruments that a model implies: observed variables uncorrelated with an equation's disturbance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import rank
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.moments import matrices, total_effects
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.instrumental.equations import Equation

DRAWS = 3
"""Points at which a covariance must vanish to count as zero whatever the values of the parameters."""

ZERO = 1e-9
"""Covariance, relative to the largest with the same disturbance, that is rounding."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """The instruments of one equation.

    Attributes
    ----------
    names : in the order of the data's moments; places : (m,) of them there.
    type : "miiv" (implied by the model) or "user" (named with ``|~``).
    doubtful : those named by the user that the model implies to correlate with the disturbance.
    """

    names: tuple[str, ...]
    places: Ints
    type: str
    doubtful: tuple[str, ...] = ()


def find_instruments(
    ram: Ram, every: Sequence[Equation], names: Sequence[str], named: Mapping[str, Sequence[str]], where: str
) -> tuple[Instruments, ...]:
    """Instruments of each equation of a group.

    Formula: cov(z, u) = F(I−A)⁻¹S w with the composite disturbance u = wᵀδ, at random values of the free parameters;
    what is zero at all of them is zero by the model.

    Parameters
    ----------
    names : variables of the sample moments, those of the model first.
    named : instruments the user gave, by the equation's dependent variable.
    where : how a message names the group, or nothing.

    Raises
    ------
    ModelError
        for an equation with fewer instruments than coefficients, or whose instruments cannot tell them apart; for
        instruments of a variable without an equation.

    References
    ----------
    Bollen (1996), doi:10.1007/BF02296384; Bollen & Bauer (2004), doi:10.1177/0049124103260341.
    """
    known = {each.lhs for each in every}
    for lhs in named:
        if lhs not in known:
            raise ModelError(
                f"instruments are named for {lhs}{where}, but nothing with a free coefficient explains {lhs} there; "
                f"equations: {', '.join(each.lhs for each in every)}"
            )
    a, s, sigma, reach = _random_moments(ram)
    found = []
    for each in every:
        covariances = reach @ (s @ each.composite(a)[..., None])
        size = np.abs(covariances).max(axis=1, keepdims=True)
        valid = (np.abs(covariances) <= ZERO * size).all(axis=0)[:, 0]
        chosen = _choose(each, np.flatnonzero(valid), names, named.get(each.lhs), ram.n_observed)
        _require_identified(each, chosen, sigma, ram.n_observed, where)
        found.append(chosen)
    return tuple(found)


def _random_moments(ram: Ram) -> tuple[Floats, Floats, Floats, Floats]:
    """A, S (draws, v, v), Σ (draws, p, p) and F(I−A)⁻¹ (draws, p, v) at random free parameters."""
    rng = np.random.default_rng(5)
    count = int(ram.free.max(initial=-1)) + 1
    a, s, _ = matrices(ram, rng.uniform(0.3, 0.9, size=(DRAWS, count)))
    reach = total_effects(ram, a)[..., : ram.n_observed, :]
    return a, s, reach @ s @ reach.mT, reach


def _choose(
    equation: Equation, valid: Ints, names: Sequence[str], asked: Sequence[str] | None, own: int
) -> Instruments:
    if asked is None:
        return Instruments(tuple(names[i] for i in valid), valid, "miiv")
    places = np.array([list(names).index(name) for name in asked], dtype=np.intp)
    doubtful = tuple(name for name, i in zip(asked, places, strict=True) if i < own and i not in valid)
    return Instruments(tuple(asked), places, "user", doubtful)


def _require_identified(equation: Equation, found: Instruments, sigma: Floats, own: int, where: str) -> None:
    """Refuse an equation with too few instruments, or with instruments that cannot tell its coefficients apart."""
    k, m = len(equation.rhs), len(found.names)
    what = f"the equation of {equation.lhs}{where} ({equation.lhs} on {' + '.join(equation.rhs)})"
    has = f"{m} instrument{'' if m == 1 else 's'}" + (f" ({', '.join(found.names)})" if m else "")
    remedy = f"name instruments from the data with {equation.lhs} |~ z, or change the model"
    if m < k:
        raise ModelError(
            f"{what} is not identified: {k} coefficient{'' if k == 1 else 's'} but {has}; {remedy}"
        )
    inside = found.places[found.places < own]
    if len(inside) == m and max(rank(each[inside] @ equation.regressors) for each in sigma) < k:
        raise ModelError(
            f"{what} is not identified: its {has} cannot determine {'it' if k == 1 else f'all {k} coefficients'}, "
            f"whatever the values of the parameters; {remedy}"
        )
