"""Properties of the model language: no crash on any text, round trips, exact derivatives, free numbering."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mlbc_stats.errors import ModelError, ModelSyntaxError, NotServedError
from mlbc_stats.sem.constraints.evaluation import Expression, evaluate, gradient
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.model_text import format_table
from mlbc_stats.sem.specification.parameter_table import ModelOptions, build_table

STEP = 1e-6
SETTLED = 1e-6  # agreement of two step lengths that lets a difference quotient be trusted
SLOPE_TOLERANCE = 1e-5

WORDS = [
    "f",
    "g",
    "x1",
    "x2",
    "y",
    "a",
    "NA",
    "1",
    "0.5",
    '"l"',
    "c",
    "start",
    "equal",
    "efa",
    "group",
    "level",
]
SIGNS = [
    "=~",
    "~",
    "~~",
    "<~",
    ":=",
    "==",
    "<",
    ">",
    "|",
    "~*~",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    ",",
    "?",
    ":",
]
pieces = st.sampled_from([*WORDS, *SIGNS, "\n", ";", "#", "!", "'", "“", "$", "=", ">="])


@given(st.lists(pieces, max_size=25).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_any_text_is_parsed_or_refused_with_its_place(text: str) -> None:
    try:
        statements = parse(text)
    except ModelSyntaxError as error:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1])
        return
    for groups in (1, 2):
        try:
            build_table(statements, ModelOptions(), None, groups)
        except (ModelError, NotServedError) as error:
            assert str(error)


@st.composite
def models(draw: st.DrawFn) -> str:
    """A measurement model with regressions, covariances, labels, fixed values and constraints."""
    factors = [f"f{at}" for at in range(1, draw(st.integers(1, 3)) + 1)]
    modifier = st.sampled_from(["", "", "", "a*", "b*", "0.5*", "NA*", "start(0.3)*"])
    lines = []
    for at, factor in enumerate(factors):
        items = [f"{draw(modifier)}x{at}{k}" for k in range(draw(st.integers(1, 4)))]
        lines.append(f"{factor} =~ {' + '.join(items)}")
    for at, factor in enumerate(factors[1:]):
        if draw(st.booleans()):
            lines.append(f"{factor} {draw(st.sampled_from(['~', '~~']))} {draw(modifier)}{factors[at]}")
    if draw(st.booleans()):
        lines.append(f"{factors[-1]} ~ {draw(modifier)}z")
    if draw(st.booleans()):
        lines.append(f"{factors[0]} ~ {draw(modifier)}1")
    return "\n".join(draw(st.permutations(lines)))


options = st.builds(
    ModelOptions,
    kind=st.sampled_from(["cfa", "growth", "lavaan"]),
    std_lv=st.booleans(),
    orthogonal=st.booleans(),
    fixed_x=st.booleans(),
    meanstructure=st.booleans(),
    group_equal=st.sets(st.sampled_from(["loadings", "intercepts", "residuals", "means"])).map(tuple),
)


@given(models(), options, st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_tables_are_numbered_and_survive_a_round_trip(text: str, chosen: ModelOptions, n_groups: int) -> None:
    table = build_table(parse(text), chosen, None, n_groups)
    free = [p.free for p in table.parameters if p.free]
    assert free == list(range(1, table.n_free + 1))
    assert [p.plabel for p in table.parameters] == [f".p{k}." for k in range(1, len(table.parameters) + 1)]
    for p in table.parameters:
        assert (p.free > 0) + (p.fixed is not None) + p.exo + (p.expression is not None) == 1
    plain = ModelOptions(kind="lavaan", fixed_x=table.fixed_x, meanstructure=table.meanstructure)
    again = build_table(parse(format_table(table)), plain, None, n_groups)
    place = {(p.lhs, p.op, p.rhs, p.group): p for p in again.parameters}
    for p in table.parameters:
        if p.expression is None:
            other = place[p.lhs, p.op, p.rhs, p.group]
            assert (p.free > 0, p.fixed, p.exo) == (other.free > 0, other.fixed, other.exo)
    assert len(again.simple_equalities) == len(table.simple_equalities)


numbers = st.floats(0.5, 2.0).map(lambda x: f"{x:.3f}")
formulas = st.recursive(
    st.one_of(st.sampled_from("abc"), numbers),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["exp", "sqrt", "log1p", "tanh", "abs", "pnorm"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
        inner.map(lambda t: f"-{t}^2"),
    ),
    max_leaves=8,
)


@given(formulas, st.lists(st.floats(0.5, 2.0), min_size=3, max_size=3))
@settings(max_examples=200, deadline=None)
def test_derivatives_are_exact(formula: str, point: list[float]) -> None:
    (statement,) = parse(f"d := {formula}")
    assert statement.expression is not None
    exact = gradient(statement.expression, dict(zip("abc", point, strict=True)), "abc")
    with np.errstate(all="ignore"):
        near, far = (by_differences(statement.expression, np.array(point), step) for step in (STEP, 4 * STEP))
        settled = np.allclose(near, far, rtol=SETTLED, atol=SETTLED)  # false at kinks, poles and overflow
    if settled and np.isfinite(exact).all():  # sqrt(a - a) has no derivative by its form
        assert np.allclose(exact, near, rtol=SLOPE_TOLERANCE, atol=SLOPE_TOLERANCE)


def by_differences(expr: Expression, point: np.ndarray, step: float) -> np.ndarray:
    """Central differences at `point` (3,)."""
    grid = point + step * np.array([*np.eye(3), *-np.eye(3)])
    values = evaluate(expr, dict(zip("abc", grid.T, strict=True))) * np.ones(6)
    return (values[:3] - values[3:]) / (2 * step)
