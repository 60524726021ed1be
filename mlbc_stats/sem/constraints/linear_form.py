"""Recognize an expression that is linear in its names."""

from __future__ import annotations

from mlbc_stats.sem.language.expression import Tree, constant_value, leaf_names

Form = tuple[float, dict[str, float]]


def linear_form(tree: Tree) -> Form | None:
    """Constant and coefficients of a linear expression, or None when it is not linear by its form.

    Names whose coefficients cancel drop out.

    Examples
    --------
    >>> linear_form(("-", ("name", "a"), ("*", ("num", 2.0), ("name", "b"))))
    (0.0, {'a': 1.0, 'b': -2.0})
    """
    form = _form(tree)
    if form is None:
        return None
    return form[0], {name: value for name, value in form[1].items() if value != 0.0}


def _form(tree: Tree) -> Form | None:
    kind = tree[0]
    if kind == "name":
        return 0.0, {tree[1]: 1.0}
    if not leaf_names(tree):
        try:
            return constant_value(tree), {}
        except (ValueError, ZeroDivisionError, OverflowError, TypeError):
            return None
    if kind == "neg":
        return _scale(_form(tree[1]), -1.0)
    if kind in ("+", "-"):
        return _add(_form(tree[1]), _form(tree[2]), 1.0 if kind == "+" else -1.0)
    return _product(kind, _form(tree[1]), _form(tree[2])) if kind in ("*", "/", "^") else None


def _product(kind: str, left: Form | None, right: Form | None) -> Form | None:
    if left is None or right is None:
        return None
    if kind == "*" and not left[1]:
        return _scale(right, left[0])
    if right[1]:
        return None
    if kind == "*":
        return _scale(left, right[0])
    if kind == "/" and right[0] != 0.0:
        return _scale(left, 1.0 / right[0])
    return left if kind == "^" and right[0] == 1.0 else None


def _scale(form: Form | None, factor: float) -> Form | None:
    if form is None:
        return None
    return form[0] * factor, {name: value * factor for name, value in form[1].items()}


def _add(left: Form | None, right: Form | None, sign: float) -> Form | None:
    if left is None or right is None:
        return None
    total = dict(left[1])
    for name, value in right[1].items():
        total[name] = total.get(name, 0.0) + sign * value
    return left[0] + sign * right[0], total
