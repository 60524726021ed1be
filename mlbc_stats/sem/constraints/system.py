"""Sort a table's constraints into linear equalities, other equalities, inequalities and definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.constraints.evaluation import evaluate, gradient
from mlbc_stats.sem.constraints.linear_form import linear_form
from mlbc_stats.sem.language.expression import Expression, Tree, leaf_names
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A function of the free parameters.

    Attributes
    ----------
    text : as listed in the table, `a == b^2` or `ind := a*b`.
    row : its row number in the table (from 0), or that of the bounded parameter.
    expression : over plabels of free parameters and numbers only.
    names : plabels it mentions; `places` their positions in theta (from 0).
    """

    text: str
    row: int
    expression: Expression
    names: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConstraintSystem:
    """Constraints over theta (q).

    Attributes
    ----------
    R, rhs : (r, q) and (r,): linear equalities R θ = rhs, those of shared labels and effect coding among
        them; rows may repeat each other.
    linear_rows : (r,) row number in the table of each.
    equalities : nonlinear ones, g(θ) = 0.
    inequalities : h(θ) ≥ 0, from `<`, `>` and bounds.
    defined : `:=`, in table order; a definition may use others, before or after it.
    """

    R: Floats
    rhs: Floats
    linear_rows: tuple[int, ...]
    equalities: tuple[Constraint, ...]
    inequalities: tuple[Constraint, ...]
    defined: tuple[Constraint, ...]

    @property
    def n_parameters(self) -> int:
        """q, the length of theta."""
        return int(self.R.shape[1])


@lru_cache(maxsize=64)
def constraint_system(table: ParameterTable) -> ConstraintSystem:
    """The constraints of a parameter table.

    Labels of fixed parameters become numbers, labels of free ones their (first) parameter, and definitions
    are substituted, so that every constraint is a function of theta alone.

    Raises
    ------
    ModelError : a label of a covariate's sample moment; definitions that go in a circle; a constraint between
        constants that does not hold.

    Examples
    --------
    >>> from mlbc_stats.sem.specification.parameter_table import build_table
    >>> from mlbc_stats.sem.language.parser import parse
    >>> system = constraint_system(build_table(parse("f =~ x1 + a*x2 + b*x3; a == 2*b")))
    >>> system.R[:, :2], system.rhs
    (array([[ 1., -2.]]), array([0.]))
    """
    if not any(p.expression or p.lower > -np.inf or p.upper < np.inf for p in table.parameters):
        return ConstraintSystem(np.zeros((0, table.n_free)), np.zeros(0), (), (), (), ())
    scope = _scope(table)
    place = {p.plabel: p.free - 1 for p in table.parameters if p.free}
    definitions = {p.lhs: p.expression.tree for p in table.parameters if p.op == ":=" and p.expression}
    linear: list[tuple[int, float, dict[str, float]]] = []
    equalities, inequalities, defined = [], [], []
    for row, parameter in enumerate(table.parameters):
        if parameter.expression is None:
            inequalities += _bounds(row, parameter, place)
            continue
        tree = _substitute(parameter.expression.tree, scope, definitions, ())
        constraint = _constraint(row, parameter, tree, place)
        if parameter.op == ":=":
            defined.append(constraint)
        elif parameter.op == "==":
            form = linear_form(tree)
            if form is None:
                equalities.append(constraint)
            else:
                _check_constant(parameter, form)
                linear.append((row, *form))
        else:
            inequalities.append(_positive(row, parameter, tree, place))
    R, rhs = _matrix(linear, place, table.n_free)
    rows = tuple(row for row, _, coefficients in linear if coefficients)
    return ConstraintSystem(R, rhs, rows, tuple(equalities), tuple(inequalities), tuple(defined))


def definition_rows(table: ParameterTable) -> list[int]:
    """Rows of the definitions (`:=`), each after those it uses, whatever the order they are written in.

    Raises
    ------
    ModelError
        when definitions go in a circle.
    """
    rows = {
        row.lhs: i for i, row in enumerate(table.parameters) if row.op == ":=" and row.expression is not None
    }
    out: list[int] = []

    def visit(name: str, within: tuple[str, ...]) -> None:
        if name in within:
            raise ModelError(f"the definitions go in a circle: {' := '.join((*within, name))}")
        expression = table.parameters[rows[name]].expression
        for used in expression.names if expression is not None else ():
            if used in rows:
                visit(used, (*within, name))
        if rows[name] not in out:
            out.append(rows[name])

    for name in rows:
        visit(name, ())
    return out


def constraint_values(constraints: Sequence[Constraint], theta: Floats) -> tuple[Floats, Floats]:
    """Values (..., k) of k constraints at theta (..., q) and their Jacobian (..., k, q)."""
    theta = np.asarray(theta, dtype=float)
    shape = theta.shape[:-1]
    values = np.empty((*shape, len(constraints)))
    jacobian = np.zeros((*shape, len(constraints), theta.shape[-1]))
    for at, constraint in enumerate(constraints):
        env = {
            name: theta[..., place] for name, place in zip(constraint.names, constraint.places, strict=True)
        }
        values[..., at] = evaluate(constraint.expression, env)
        if constraint.names:
            slopes = gradient(constraint.expression, env, constraint.names)
            jacobian[..., at, list(constraint.places)] = slopes
    return values, jacobian


def defined_values(table: ParameterTable, theta: Floats) -> tuple[Floats, Floats]:
    """Defined parameters (`:=`) and their derivatives.

    Parameters
    ----------
    table : a parameter table with d definitions.
    theta : (..., q) free parameters.

    Returns
    -------
    values : (..., d), in table order; NaN where one is not finite, as of a ratio to zero. jacobian : (..., d, q).

    Examples
    --------
    >>> from mlbc_stats.sem.specification.parameter_table import build_table
    >>> from mlbc_stats.sem.language.parser import parse
    >>> table = build_table(parse("y ~ a*x; z ~ b*y; ab := a*b"))
    >>> values, jacobian = defined_values(table, np.array([2.0, 3.0, 1.0, 1.0]))
    >>> values, jacobian
    (array([6.]), array([[3., 2., 0., 0.]]))
    """
    values, jacobian = constraint_values(constraint_system(table).defined, theta)
    return np.where(np.isfinite(values), values, np.nan), jacobian


def _scope(table: ParameterTable) -> dict[str, Tree | None]:
    """What each label stands for: a free parameter's plabel, a number, or None for a sample moment."""
    scope: dict[str, Tree | None] = {}
    for parameter in table.parameters:
        if parameter.expression is not None:
            continue
        meaning: Tree | None
        if parameter.free:
            meaning = ("name", parameter.plabel)
        else:
            meaning = None if parameter.fixed is None else ("num", parameter.fixed)
        scope[parameter.plabel] = meaning
        if parameter.label:
            scope.setdefault(parameter.label, meaning)
    return scope


def _substitute(
    tree: Tree, scope: Mapping[str, Tree | None], definitions: Mapping[str, Tree], within: tuple[str, ...]
) -> Tree:
    if tree[0] == "num":
        return tree
    if tree[0] != "name":
        branches = (
            _substitute(child, scope, definitions, within) if isinstance(child, tuple) else child
            for child in tree[1:]
        )
        return (tree[0], *branches)
    name = tree[1]
    if name in definitions:
        if name in within:
            raise ModelError(f"the definitions go in a circle: {' := '.join((*within, name))}")
        return _substitute(definitions[name], scope, definitions, (*within, name))
    if name not in scope and name == "pi":
        return ("num", float(np.pi))
    meaning = scope[name]
    if meaning is None:
        raise ModelError(
            f"{name!r} labels a sample moment of a covariate, or what follows from the weights of a composite, which "
            "constraints and definitions cannot use; set fixed_x=False (composites_cov_free=True) to estimate moments"
        )
    return meaning


def _constraint(row: int, parameter: Parameter, tree: Tree, place: Mapping[str, int]) -> Constraint:
    text = f"{parameter.lhs} {parameter.op} {parameter.rhs}"
    names = tuple(dict.fromkeys(leaf_names(tree)))
    return Constraint(text, row, Expression(text, tree), names, tuple(place[name] for name in names))


def _positive(row: int, parameter: Parameter, tree: Tree, place: Mapping[str, int]) -> Constraint:
    """`a > b` is a − b ≥ 0, `a < b` is b − a ≥ 0."""
    return _constraint(row, parameter, tree if parameter.op == ">" else ("neg", tree), place)


def _bounds(row: int, parameter: Parameter, place: Mapping[str, int]) -> list[Constraint]:
    bounds: list[Constraint] = []
    if not parameter.free:
        return bounds
    name: Tree = ("name", parameter.plabel)
    at = (place[parameter.plabel],)
    what = f"{parameter.lhs}{parameter.op}{parameter.rhs}"
    if np.isfinite(parameter.lower):
        tree: Tree = ("-", name, ("num", parameter.lower))
        text = f"{what} > {parameter.lower:g}"
        bounds.append(Constraint(text, row, Expression(text, tree), (parameter.plabel,), at))
    if np.isfinite(parameter.upper):
        tree = ("-", ("num", parameter.upper), name)
        text = f"{what} < {parameter.upper:g}"
        bounds.append(Constraint(text, row, Expression(text, tree), (parameter.plabel,), at))
    return bounds


def _check_constant(parameter: Parameter, form: tuple[float, dict[str, float]]) -> None:
    constant, coefficients = form
    if not coefficients and abs(constant) > 1e-12:
        raise ModelError(
            f"{parameter.lhs} == {parameter.rhs} holds between fixed values that differ by {constant:g}; "
            "free one of them or drop the constraint"
        )


def _matrix(
    linear: Sequence[tuple[int, float, dict[str, float]]], place: Mapping[str, int], q: int
) -> tuple[Floats, Floats]:
    rows = [(constant, coefficients) for _, constant, coefficients in linear if coefficients]
    R, rhs = np.zeros((len(rows), q)), np.zeros(len(rows))
    for at, (constant, coefficients) in enumerate(rows):
        rhs[at] = 0.0 - constant
        for name, coefficient in coefficients.items():
            R[at, place[name]] = coefficient
    return R, rhs
