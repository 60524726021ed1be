"""Expressions: values, precedence, and derivatives against finite differences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.constraints.evaluation import evaluate, gradient
from mlbc_stats.sem.language.expression import FUNCTIONS, Expression, constant_value
from mlbc_stats.sem.language.parser import parse

STEP = 1e-6  # central differences: truncation about STEP², rounding about 1e-10
TOLERANCE = 1e-7


def read(text: str) -> Expression:
    (statement,) = parse(f"d := {text}")
    assert statement.expression is not None
    return statement.expression


def by_differences(expr: Expression, env: dict[str, float], names: list[str]) -> np.ndarray:
    slopes = []
    for name in names:
        up, down = dict(env), dict(env)
        up[name] += STEP
        down[name] -= STEP
        slopes.append((evaluate(expr, up) - evaluate(expr, down)) / (2 * STEP))
    return np.stack(slopes, axis=-1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7.0),
        ("-2^2", -4.0),
        ("(-2)^2", 4.0),
        ("2^3^2", 512.0),
        ("2**3", 8.0),
        ("2^-1", 0.5),
        ("8 / 2 / 2", 2.0),
        ("1 - 2 - 3", -4.0),
        ("--1", 1.0),
        ("+3", 3.0),
        ("2 * -3", -6.0),
        ("exp(0) + log(1)", 1.0),
        ("sqrt(9) * abs(-2)", 6.0),
        ("pnorm(0)", 0.5),
        ("cos(pi)", -1.0),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert constant_value(read(text).tree) == pytest.approx(value)
    assert evaluate(read(text), {}) == pytest.approx(value)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_its_derivative(name: str) -> None:
    expr = read(f"{name}(a)")
    env = {"a": 0.4}
    assert evaluate(expr, env) == pytest.approx(FUNCTIONS[name](0.4), rel=1e-14)
    assert gradient(expr, env, ["a"]) == pytest.approx(by_differences(expr, env, ["a"]), abs=TOLERANCE)


@pytest.mark.parametrize(
    "text",
    ["a*b/(a+b)", "a^b", "(a+b)^2/((a+b)^2+c)", "a-b*c-2", "exp(a*b)-c^3", "1/a", "-a", "3", "2^a", "a/b/c"],
)
def test_gradient(text: str) -> None:
    expr, names = read(text), ["a", "b", "c"]
    env = {"a": 0.7, "b": 1.3, "c": 2.1}
    assert gradient(expr, env, names) == pytest.approx(by_differences(expr, env, names), abs=TOLERANCE)


def test_batches() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.uniform(1, 2, (4, 1)), rng.uniform(1, 2, (3,))
    expr = read("a*b + 2*a - 1/b")
    values, slopes = evaluate(expr, {"a": a, "b": b}), gradient(expr, {"a": a, "b": b}, ["b", "a", "z"])
    assert values.shape == (4, 3)
    assert slopes.shape == (4, 3, 3)
    for i in range(4):
        for j in range(3):
            env = {"a": float(a[i, 0]), "b": float(b[j])}
            assert values[i, j] == evaluate(expr, env)
            assert np.array_equal(slopes[i, j], gradient(expr, env, ["b", "a", "z"]))


def test_a_power_of_zero_and_of_a_negative_base() -> None:
    assert gradient(read("a^2"), {"a": 0.0}, ["a"]) == pytest.approx([0.0])
    assert gradient(read("a^3"), {"a": -2.0}, ["a"]) == pytest.approx([12.0])


def test_undefined_values_are_nan_and_silent() -> None:
    assert math.isnan(evaluate(read("log(a)"), {"a": -1.0}))
    assert math.isinf(evaluate(read("1/a"), {"a": 0.0}))


def test_unknown_label() -> None:
    with pytest.raises(ModelError, match="'b'"):
        evaluate(read("a+b"), {"a": 1.0})


def test_names() -> None:
    assert read("b*a + log(b) + c^a").names == ("b", "a", "c")
