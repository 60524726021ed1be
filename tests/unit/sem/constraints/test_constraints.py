"""The constraint system of a table."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.constraints.system import constraint_system, constraint_values, defined_values
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.parameter_table import ModelOptions, ParameterTable, build_table

BASE = "f =~ x1 + a*x2 + b*x3 + c*x4\n"


def table(text: str, base: str = BASE) -> ParameterTable:
    return build_table(parse(base + text), ModelOptions(kind="cfa"))


@pytest.mark.parametrize(
    ("constraint", "row", "rhs"),
    [
        ("a == b", [1, -1, 0], 0),
        ("b == 0", [0, 1, 0], 0),
        ("a + b + c == 3", [1, 1, 1], 3),
        ("a == 2*b - 1", [1, -2, 0], -1),
        ("(a + b)/2 == c", [0.5, 0.5, -1], 0),
        ("a*2 == sqrt(4)*b^1 + 1", [2, -2, 0], 1),
        (".p2. == .p3.", [1, -1, 0], 0),
        ("a == -(b - 1)", [1, 1, 0], 1),
    ],
)
def test_linear(constraint: str, row: list[float], rhs: float) -> None:
    system = constraint_system(table(constraint))
    assert system.R[:, :3].tolist() == [row]
    assert not system.R[:, 3:].any()
    assert system.rhs.tolist() == [rhs]
    assert system.equalities == ()
    assert system.linear_rows == (len(table(constraint).parameters) - 1,)


def test_shared_labels_and_effect_coding_are_linear() -> None:
    options = ModelOptions(kind="cfa", effect_coding=("loadings",))
    system = constraint_system(build_table(parse("f =~ x1 + a*x2 + a*x3"), options))
    assert system.R[:, :3].tolist() == [[0, 1, -1], [1, 1, 1]]
    assert system.rhs.tolist() == [0, 3]


def test_nonlinear() -> None:
    system = constraint_system(table("a == b^2\nexp(c) == a"))
    assert [c.text for c in system.equalities] == ["a == b^2", "exp(c) == a"]
    theta = np.zeros((2, system.n_parameters))
    theta[:, :3] = [[0.25, 0.5, 0.0], [1.0, 2.0, 0.0]]
    values, jacobian = constraint_values(system.equalities, theta)
    assert values == pytest.approx(np.array([[0.0, 0.75], [-3.0, 0.0]]))
    assert jacobian[1, :, :3] == pytest.approx(np.array([[1.0, -4.0, 0.0], [-1.0, 0.0, 1.0]]))
    assert not jacobian[..., 3:].any()


def test_inequalities_are_nonnegative_where_they_hold() -> None:
    system = constraint_system(table("a > 0.1\nb < c"))
    theta = np.zeros(system.n_parameters)
    theta[:3] = [0.5, 1.0, 3.0]
    values, jacobian = constraint_values(system.inequalities, theta)
    assert values == pytest.approx([0.4, 2.0])
    assert jacobian[:, :3] == pytest.approx(np.array([[1.0, 0.0, 0.0], [0.0, -1.0, 1.0]]))


def test_bounds_are_inequalities() -> None:
    bounded = table("", "f =~ x1 + lower(0)*x2 + upper(2)*x3 + lower(-1)*x4\nx1 ~~ 0.5*x1 + lower(0)*x1")
    system = constraint_system(bounded)
    assert [c.text for c in system.inequalities] == ["f=~x2 > 0", "f=~x3 < 2", "f=~x4 > -1"]
    values, _ = constraint_values(system.inequalities, np.ones(system.n_parameters))
    assert values.tolist() == [1.0, 1.0, 2.0]


def test_definitions_use_definitions_in_any_order() -> None:
    model = table("total := c + ab\nab := a*b\nshare := ab/total\ntwo := 2")
    theta = np.zeros((5, model.n_free))
    theta[:, :3] = [2.0, 3.0, 4.0]
    values, jacobian = defined_values(model, theta)
    assert values.shape == (5, 4)
    assert jacobian.shape == (5, 4, model.n_free)
    assert values[0] == pytest.approx([10.0, 6.0, 0.6, 2.0])
    assert jacobian[0, :3, :3] == pytest.approx(np.array([[3, 2, 1], [3, 2, 0], [0.12, 0.08, -0.06]]))
    assert not jacobian[0, 3].any()


def test_constraints_may_use_definitions() -> None:
    system = constraint_system(table("s := a + b\ns == 2"))
    assert system.R[:, :3].tolist() == [[1, 1, 0]]
    assert system.rhs.tolist() == [2]


def test_labels_of_fixed_parameters_are_numbers() -> None:
    model = table("d := 2*a\na == 0.5*k", BASE.replace("c*x4", "0.5*x4 + k*x4"))
    system = constraint_system(model)
    assert system.R[:, :2].tolist() == [[1, 0]]
    assert system.rhs.tolist() == [0.25]


def test_a_constant_truth_is_no_constraint() -> None:
    system = constraint_system(table("k == 0.5", BASE + "y ~ 0.5*f + k*f\n"))
    assert system.R.shape[0] == 0
    assert system.linear_rows == ()


def test_no_constraints() -> None:
    system = constraint_system(table(""))
    assert system.R.shape == (0, table("").n_free)
    values, jacobian = constraint_values(system.equalities, np.zeros((3, system.n_parameters)))
    assert values.shape == (3, 0)
    assert jacobian.shape == (3, 0, system.n_parameters)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("d := e + a\ne := d", "circle"),
        ("y ~ 0.5*f + k*f\nk == 1", "fixed values"),
    ],
)
def test_errors(text: str, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        constraint_system(table(text))


def test_a_sample_moment_cannot_be_constrained() -> None:
    model = build_table(parse("y ~ a*x; a == .p3."))
    with pytest.raises(ModelError, match="fixed_x=False"):
        constraint_system(model)
