"""What a fitted model holds: its equality constraints, or parameters it fixes or leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import null_space
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.system import constraint_system, constraint_values
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.inference.carried_values import name_key
from mlbc_stats.sem.language.parser import Statement, parse
from mlbc_stats.sem.restrictions.added_parameters import joined_information
from mlbc_stats.sem.restrictions.determined import determined_sizes
from mlbc_stats.sem.restrictions.release import Constraints, gather_constraints
from mlbc_stats.sem.results.levels import require_fixed_slopes
from mlbc_stats.sem.specification.candidates import freed
from mlbc_stats.sem.specification.group_blocks import is_group
from mlbc_stats.sem.specification.levels import level_of, parameter_text, placed, plain, shown
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import FittedModel

ADDABLE = ("=~", "<~", "~", "~~", "~1")


@dataclass(frozen=True, slots=True)
class Held:
    """Constraints of a fit, ready to be released.

    Attributes
    ----------
    constraints : the k of them, numerically.
    texts : (lhs, op, rhs) of each; meanings : the same with internal names spelled out.
    table : whose free parameters the constraints are over.
    point : values of these parameters (s,).
    rows : (k, s) slopes of the constraints.
    unsized : (s,) parameters that have no size, since the data determine neither them nor their unit.
    """

    constraints: Constraints
    texts: tuple[tuple[str, str, str], ...]
    meanings: tuple[str, ...]
    table: ParameterTable
    point: Floats
    rows: Floats
    unsized: NDArray[np.bool_]


def held_equalities(fit: FittedModel, observed: bool = False) -> Held:
    """The model's equality constraints, in the order of its table.

    Raises
    ------
    ModelError : when it has none.
    """
    rows = [row for row in fit.table.parameters if row.op == "=="]
    if not rows:
        raise ModelError("the model has no equality constraints to release; name parameters to add instead")
    _, jacobian = equality_jacobian(fit.table, fit.theta)
    score, information = joined_information(fit.solution, fit.table, observed)
    constraints = gather_constraints(score, information, jacobian, binding_rows(fit.solution), fit.solution.n)
    names = _plain_names(fit.table)
    meanings = tuple(f"{_spell(row.lhs, names)} == {_spell(row.rhs, names)}" for row in rows)
    texts = tuple((row.lhs, "==", row.rhs) for row in rows)
    return Held(constraints, texts, meanings, fit.table, fit.theta, jacobian, fit.solution.undetermined)


def held_parameters(fit: FittedModel, text: str, observed: bool = False) -> Held:
    """Parameters that the model fixes or leaves out, named in model syntax; in every group unless in a group block.

    Raises
    ------
    ModelError : for unknown variables, free parameters, modifiers, and sample moments of covariates.
    """
    require_fixed_slopes(fit, "score tests of parameters to add", "compare models by sem.compare")
    statements = [_checked(fit.table, each) for each in placed(parse(text), fit.table.two_level)]
    candidates = [
        row for group in range(1, fit.table.n_groups + 1) for row in _of_group(fit.table, statements, group)
    ]
    if not candidates:
        raise ModelError("nothing to add; write parameters such as f =~ x5 or x1 ~~ x2")
    larger = freed(fit.table, candidates)
    score, information = joined_information(fit.solution, larger, observed)
    q, s = len(fit.theta), larger.n_free
    _, jacobian = equality_jacobian(fit.table, fit.theta)
    kept = np.vstack([jacobian, binding_rows(fit.solution)])
    kept = np.hstack([kept, np.zeros((len(kept), s - q))])
    constraints = gather_constraints(score, information, np.eye(s)[q:], kept, fit.solution.n)
    fixed = np.array([row.fixed or 0.0 for row in candidates])
    texts = tuple(
        (parameter_text(row.lhs, row.op, row.rhs), "==", f"{row.fixed or 0.0:g}") for row in candidates
    )
    meanings = tuple(
        _name(row, fit.table) + f" == {text[2]}" for row, text in zip(candidates, texts, strict=True)
    )
    unsized = np.concatenate(
        [fit.solution.undetermined, ~determined_sizes(fit.solution, fit.table, candidates)]
    )
    point = np.concatenate([fit.theta, fixed])
    return Held(constraints, texts, meanings, larger, point, np.eye(s)[q:], unsized)


def equality_jacobian(table: ParameterTable, theta: Floats) -> tuple[Floats, Floats]:
    """Values (k,) and Jacobian (k, q) of all `==` rows in their order; zero rows for those between fixed values."""
    system = constraint_system(table)
    bent, slopes = constraint_values(system.equalities, theta)
    rows = [i for i, row in enumerate(table.parameters) if row.op == "=="]
    places = [rows.index(row) for row in (*system.linear_rows, *(c.row for c in system.equalities))]
    values, jacobian = np.zeros(len(rows)), np.zeros((len(rows), len(theta)))
    values[places] = np.concatenate([system.R @ theta - system.rhs, bent])
    jacobian[places] = np.vstack([system.R, slopes])
    return values, jacobian


def binding_rows(solution: Solution) -> Floats:
    """Rows (j, q) that hold the inequalities which bind."""
    q = len(solution.theta)
    if solution.tangent is None or solution.tangent is solution.basis:
        return np.zeros((0, q))
    basis = np.eye(q) if solution.basis is None else solution.basis
    return (basis @ null_space(solution.tangent.T @ basis)).T


def _checked(table: ParameterTable, statement: Statement) -> Statement:
    """The statement, if it names a parameter that this model could have."""
    where = f"line {statement.line}: {_written(statement)}"
    if statement.op not in ADDABLE:
        raise ModelError(f"{where} is no parameter; add loadings, paths, covariances or intercepts")
    if statement.modifiers:
        raise ModelError(f"{where} has a modifier; a parameter to add is free, so drop it")
    known = {*table.observed, *table.latent}
    unknown = [name for name in (statement.lhs, statement.rhs) if name and name not in known]
    if unknown:
        held = ", ".join(map(shown, sorted(known)))
        raise ModelError(f"{where}: {shown(unknown[0])} is no variable of the model ({held})")
    if statement.op == "~1" and not table.meanstructure:
        raise ModelError(f"{where}: the model has no mean structure; refit it with meanstructure=True")
    return statement


def _written(statement: Statement) -> str:
    return f"{plain(statement.lhs)} {statement.op} {plain(statement.rhs)}".rstrip()


def _of_group(table: ParameterTable, statements: list[Statement], group: int) -> list[Parameter]:
    """Rows of the statements that are about a group."""
    label = table.group_labels[group - 1]
    return [
        _candidate(table, statement, group)
        for statement in statements
        if statement.group is None or is_group(statement.group, group, label, table.group_labels)
    ]


def _candidate(table: ParameterTable, statement: Statement, group: int) -> Parameter:
    new = Parameter(
        lhs=statement.lhs,
        op=statement.op,
        rhs=statement.rhs,
        group=group,
        free=0,
        label="",
        plabel=f".add.{statement.lhs}{statement.op}{statement.rhs}.{group}",
        fixed=0.0,
        start=None,
        exo=False,
        user=0,
        level=level_of(statement.lhs) if table.two_level else 0,
    )
    for row in table.parameters:
        if row.group == group and name_key(row) == name_key(new):
            if row.free or row.exo:
                state = "free" if row.free else "the sample moment of a covariate"
                raise ModelError(
                    f"line {statement.line}: {_written(statement)} is {state} in the model already; nothing to test"
                )
            return row
    return new


def _plain_names(table: ParameterTable) -> dict[str, str]:
    return {row.plabel: _name(row, table) for row in table.parameters if row.group}


def _name(row: Parameter, table: ParameterTable) -> str:
    place = f" ({table.group_labels[row.group - 1]})" if table.n_groups > 1 else ""
    return f"{parameter_text(row.lhs, row.op, row.rhs)}{place}"


def _spell(text: str, names: dict[str, str]) -> str:
    """A side of a constraint with `.p2.` replaced by the parameter's name."""
    return re.sub(r"\.p\d+\.", lambda found: names.get(found[0], found[0]), text)
