"""A formatted table, parsed again with nothing automatic, is the same model."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.model_text import format_table
from mlbc_stats.sem.specification.parameter_table import ModelOptions, Parameter, ParameterTable, build_table
from tests.examples.model_list import MODELS, build

Key = tuple[str, str, str, int]


def _again(table: ParameterTable) -> ParameterTable:
    options = ModelOptions(
        kind="lavaan",
        fixed_x=table.fixed_x,
        meanstructure=table.meanstructure,
        composites=bool(table.blocks),
    )
    return build_table(parse(format_table(table)), options, None, table.n_groups, table.group_labels)


def _keys(table: ParameterTable) -> dict[Key, tuple]:
    return {
        (p.lhs, p.op, p.rhs, p.group): (
            p.free > 0,
            p.fixed,
            p.exo,
            p.start if p.free else None,
            p.lower,
            p.upper,
        )
        for p in table.parameters
        if p.expression is None
    }


def _key(p: Parameter) -> Key:
    return p.lhs, p.op, p.rhs, p.group


def _equalities(table: ParameterTable, order: list[Key]) -> np.ndarray:
    """The linear equalities as rows over the free parameters in `order`, the right side last."""
    system = constraint_system(table)
    place = {_key(p): p.free - 1 for p in table.parameters if p.free}
    return np.column_stack([system.R[:, [place[key] for key in order]], system.rhs])


def _rank(matrix: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(matrix)) if matrix.size else 0


@pytest.mark.parametrize("name", MODELS)
def test_round_trip(name: str) -> None:
    table = build(name)
    again = _again(table)
    assert _keys(again) == _keys(table)
    order = [key for key, value in _keys(table).items() if value[0]]
    one, two = _equalities(table, order), _equalities(again, order)
    assert _rank(one) == _rank(two) == _rank(np.vstack([one, two]))
    old, new = constraint_system(table), constraint_system(again)
    for field in ("equalities", "inequalities", "defined"):
        assert len(getattr(old, field)) == len(getattr(new, field))


@pytest.mark.parametrize("std_lv", [False, True])
def test_composites(std_lv: bool) -> None:
    text = "C <~ x1 + x2 + x3; D <~ x4 + a*x5; f =~ y1 + y2 + y3; f ~ C + D"
    table = build_table(parse(text), ModelOptions(std_lv=std_lv))
    again = _again(table)
    assert _keys(again) == _keys(table)
    assert len(constraint_system(again).equalities) == len(constraint_system(table).equalities) == 2 * std_lv


def test_text() -> None:
    text = "f =~ NA*x1 + 0.5*x2 + a*x2 + start(2)*x3\ny ~ 0*1 + b*f\nab := a*b\nb > 0.1"
    table = build_table(parse(text), ModelOptions(meanstructure=True))
    assert format_table(table).splitlines()[:3] == [
        "f =~ NA*x1 + 0.5*x2 + a*x2 + start(2)*x3",
        "y ~ 0*1",
        "y ~ b*f",
    ]
    assert format_table(table).splitlines()[-2:] == ["ab := a*b", "b > 0.1"]


def test_groups_side_by_side() -> None:
    table = build_table(parse("f =~ x1 + c(a, b)*x2 + c(0.5, NA)*x3"), ModelOptions(), None, 2)
    assert format_table(table).splitlines()[0] == "f =~ 1*x1 + c(a, b)*x2 + c(0.5, NA)*x3"
