"""Evaluate an expression and its exact derivative over batches of parameter values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.language.expression import Expression, Tree

Floats = NDArray[np.float64]
Environment = Mapping[str, ArrayLike]
Dual = tuple[Any, Any]  # value (...,), derivative (..., k) or None where it vanishes

_LN2, _LN10 = np.log(2.0), np.log(10.0)
#: function and, from its argument x and value f, its derivative
_RULES: dict[str, tuple[Callable[..., Any], Callable[[Any, Any], Any]]] = {
    "exp": (np.exp, lambda x, f: f),
    "log": (np.log, lambda x, f: 1.0 / x),
    "log2": (np.log2, lambda x, f: 1.0 / (x * _LN2)),
    "log10": (np.log10, lambda x, f: 1.0 / (x * _LN10)),
    "log1p": (np.log1p, lambda x, f: 1.0 / (1.0 + x)),
    "expm1": (np.expm1, lambda x, f: f + 1.0),
    "sqrt": (np.sqrt, lambda x, f: 0.5 / f),
    "abs": (np.abs, lambda x, f: np.sign(x)),
    "sin": (np.sin, lambda x, f: np.cos(x)),
    "cos": (np.cos, lambda x, f: -np.sin(x)),
    "tan": (np.tan, lambda x, f: 1.0 + f * f),
    "asin": (np.arcsin, lambda x, f: 1.0 / np.sqrt(1.0 - x * x)),
    "acos": (np.arccos, lambda x, f: -1.0 / np.sqrt(1.0 - x * x)),
    "atan": (np.arctan, lambda x, f: 1.0 / (1.0 + x * x)),
    "sinh": (np.sinh, lambda x, f: np.cosh(x)),
    "cosh": (np.cosh, lambda x, f: np.sinh(x)),
    "tanh": (np.tanh, lambda x, f: 1.0 - f * f),
    "pnorm": (ndtr, lambda x, f: np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)),
}


def gradient(expr: Expression, env: Environment, names: Sequence[str]) -> Floats:
    """Exact derivative of an expression by each of `names` (forward mode).

    Parameters
    ----------
    expr : the expression.
    env : value of each label, floats or arrays that broadcast to a shape (...).
    names : k labels; those the expression does not mention get zero.

    Returns
    -------
    derivative : (..., k); NaN where the expression has no derivative.

    Raises
    ------
    ModelError : the expression mentions a label that `env` lacks.

    Examples
    --------
    >>> expr = Expression("a*b^2", ("*", ("name", "a"), ("^", ("name", "b"), ("num", 2.0))))
    >>> gradient(expr, {"a": 3.0, "b": 2.0}, ["a", "b"])
    array([ 4., 12.])
    """
    place = {name: at for at, name in enumerate(names)}
    with np.errstate(all="ignore"):
        value, derivative = _dual(expr.tree, env, place)
    shape = (*np.shape(value), len(names))
    if derivative is None:
        return np.zeros(shape)
    return np.array(np.broadcast_to(derivative, shape))


def evaluate(expr: Expression, env: Environment) -> Floats:
    """Value of an expression.

    Parameters
    ----------
    expr : the expression.
    env : value of each label, floats or arrays that broadcast to a shape (...).

    Returns
    -------
    value : (...); NaN or infinite where the expression is undefined.

    Raises
    ------
    ModelError : the expression mentions a label that `env` lacks.

    Examples
    --------
    >>> evaluate(Expression("a+1", ("+", ("name", "a"), ("num", 1.0))), {"a": [1.0, 2.0]})
    array([2., 3.])
    """
    with np.errstate(all="ignore"):
        return np.asarray(_dual(expr.tree, env, {})[0])


def _dual(tree: Tree, env: Environment, place: Mapping[str, int]) -> Dual:
    kind = tree[0]
    if kind == "num":
        return np.float64(tree[1]), None
    if kind == "name":
        return _leaf(tree[1], env, place)
    if kind == "neg":
        value, derivative = _dual(tree[1], env, place)
        return -value, None if derivative is None else -derivative
    if kind == "call":
        function, slope = _RULES[tree[1]]
        x, dx = _dual(tree[2], env, place)
        value = function(x)
        return value, _scaled(dx, None if dx is None else slope(x, value))
    return _binary(kind, _dual(tree[1], env, place), _dual(tree[2], env, place))


def _leaf(name: str, env: Environment, place: Mapping[str, int]) -> Dual:
    if name in env:
        value = np.asarray(env[name])[()] * 1.0  # complex values pass: derivatives by complex steps
    elif name == "pi":
        return np.float64(np.pi), None
    else:
        raise ModelError(f"the expression mentions {name!r}, which has no value")
    if name not in place:
        return value, None
    seed = np.zeros(len(place))
    seed[place[name]] = 1.0
    return value, seed


def _binary(kind: str, left: Dual, right: Dual) -> Dual:
    (x, dx), (y, dy) = left, right
    if kind == "+":
        return x + y, _total(_spread(dx, y), _spread(dy, x))
    if kind == "-":
        return x - y, _total(_spread(dx, y), None if dy is None else -_spread(dy, x))
    if kind == "*":
        return x * y, _total(_scaled(dx, y), _scaled(dy, x))
    if kind == "/":
        value = x / y
        return value, _total(_scaled(dx, 1.0 / y), _scaled(dy, -value / y))
    value = np.power(x, y)
    by_base = None if dx is None else _scaled(dx, y * np.power(x, y - 1.0))
    by_exponent = None if dy is None else _scaled(dy, value * np.log(x))
    return value, _total(by_base, by_exponent)


def _scaled(derivative: Any, factor: Any) -> Any:
    return None if derivative is None else derivative * np.asarray(factor)[..., None]


def _spread(derivative: Any, other: Any) -> Any:
    """A derivative with room for the batch axes of the other operand."""
    if derivative is None or np.ndim(derivative) > np.ndim(other):
        return derivative
    return derivative + np.zeros((*np.shape(other), 1))


def _total(one: Any, other: Any) -> Any:
    if one is None:
        return other
    return one if other is None else one + other


__all__ = ["Expression", "evaluate", "gradient"]
