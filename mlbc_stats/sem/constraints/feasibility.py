"""Refuse linear inequalities that no values satisfy, before anything is fitted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.constraints.linear_form import linear_form
from mlbc_stats.sem.constraints.system import Constraint, ConstraintSystem, Floats

APART = 1e-6
"""Violation, in units of the largest number of the constraints, from which they contradict each other."""

Half = tuple[Constraint, Floats, float]


def check_inequalities(system: ConstraintSystem) -> None:
    """Refuse linear inequalities and bounds that contradict each other or the linear equalities.

    A linear program finds the smallest t with aᵀθ + c + t ≥ 0 for each of them (a of unit length) and Rθ = r; without
    a contradiction it is zero. Nonlinear constraints are left to the search.

    Raises
    ------
    ModelError
        with the inequalities that contradict each other, none of which could be left out without mending it.

    Examples
    --------
    >>> from mlbc_stats.sem.constraints.system import constraint_system
    >>> from mlbc_stats.sem.language.parser import parse
    >>> from mlbc_stats.sem.specification.parameter_table import build_table
    >>> check_inequalities(constraint_system(build_table(parse("f =~ x + a*y + b*z; a > 2; a < 1; b > 0"))))
    Traceback (most recent call last):
    mlbc_stats.errors.ModelError: the constraints contradict each other: a > 2; a < 1. ...
    """
    halves = _halves(system)
    if len(halves) < 2 - bool(len(system.R)) or not _contradict(system, halves):
        return
    for each in tuple(halves):
        rest = [other for other in halves if other is not each]
        if _contradict(system, rest):
            halves = rest
    texts = "; ".join(constraint.text for constraint, _, _ in halves)
    equal = " with the equalities of the model" if len(system.R) and _fit(halves) else ""
    raise ModelError(
        f"the constraints contradict each other{equal}: {texts}. No values satisfy all of them; leave one out"
    )


def _fit(halves: Sequence[Half]) -> bool:
    """Whether the inequalities could hold without the equalities."""
    return _violation(np.zeros((0, len(halves[0][1]))), np.zeros(0), halves) <= APART * _size(
        np.zeros(0), halves
    )


def _halves(system: ConstraintSystem) -> list[Half]:
    out = []
    for constraint in system.inequalities:
        form = linear_form(constraint.expression.tree)
        if form is None or not form[1]:
            continue
        slope = np.zeros(system.n_parameters)
        places = dict(zip(constraint.names, constraint.places, strict=True))
        for name, value in form[1].items():
            slope[places[name]] = value
        length = float(np.linalg.norm(slope))
        out.append((constraint, slope / length, form[0] / length))
    return out


def _contradict(system: ConstraintSystem, halves: Sequence[Half]) -> bool:
    if not halves:
        return False
    return _violation(system.R, system.rhs, halves) > APART * _size(system.rhs, halves)


def _size(rhs: Floats, halves: Sequence[Half]) -> float:
    """Size of the numbers that decide: rounding is judged by it."""
    return max(np.abs(rhs).max(initial=0.0), *(abs(constant) for _, _, constant in halves), 1e-300)


def _violation(rows: Floats, rhs: Floats, halves: Sequence[Half]) -> float:
    from scipy.optimize import linprog

    slopes = np.array([slope for _, slope, _ in halves])
    constants = np.array([constant for _, _, constant in halves])
    scale, q = _size(rhs, halves), slopes.shape[1]
    found = linprog(
        np.eye(q + 1)[q],
        A_ub=-np.column_stack([slopes, np.ones(len(slopes))]),
        b_ub=constants / scale,
        A_eq=np.column_stack([rows, np.zeros(len(rows))]) if len(rows) else None,
        b_eq=rhs / scale if len(rows) else None,
        bounds=[(None, None)] * q + [(0, None)],
    )
    return 0.0 if found.status != 0 or found.x is None else float(found.x[q]) * scale
