"""A model in two steps: its blocks, its structural model, and what cannot be parted."""

from __future__ import annotations

import pytest

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.parameter_table import build_table
from mlbc_stats.sem.two_step.parts import take_apart

THREE = "f =~ x1 + x2 + x3; g =~ y1 + y2 + y3; h =~ z1 + z2 + z3; h ~ f + g"


def parts(model, blocks=None, **options):
    return take_apart(build_table(parse(model), ModelOptions(fixed_x=False, **options)), blocks)


def names(found) -> list[tuple[str, ...]]:
    return [part.table.latent for part in found.blocks]


def test_each_factor_is_measured_alone_unless_indicators_join_it() -> None:
    assert names(parts(THREE)) == [("f",), ("g",), ("h",)]
    assert names(parts(THREE + "; x1 ~~ z2")) == [("f", "h"), ("g",)]
    assert names(parts(THREE + "; g =~ x3")) == [("f", "g"), ("h",)]
    assert names(parts(THREE, [["h", "f"], ["g"]])) == [("f", "h"), ("g",)]


def test_every_parameter_has_one_step() -> None:
    found = parts(THREE + "; x1 ~~ z2")
    assert sorted([*found.first, *found.later]) == list(
        range(build_table(parse(THREE + "; x1 ~~ z2")).n_free)
    )
    assert [part.own.sum() for part in found.blocks] == [11, 5]  # latent moments are the blocks' own
    rows = [(row.lhs, row.op, row.rhs) for row in found.structural.table.parameters]
    assert rows == [
        ("h", "~", "f"),
        ("h", "~", "g"),
        ("f", "~~", "f"),
        ("g", "~~", "g"),
        ("h", "~~", "h"),
        ("f", "~~", "g"),
    ]


def test_factors_of_factors_are_structural() -> None:
    found = parts("f =~ x1 + x2 + x3; g =~ y1 + y2 + y3; h =~ z1 + z2 + z3; w =~ f + g + h")
    assert found.structural.table.observed == ("f", "g", "h")
    assert found.structural.table.latent == ("w",)


def test_constraints_stay_with_their_part() -> None:
    found = parts("f =~ x1 + a*x2 + a*x3; g =~ y1 + y2 + y3; g ~ b*f; b == 0.5")
    assert len(found.blocks[0].table.simple_equalities) == 1
    assert [row.op for row in found.structural.table.parameters if row.expression] == ["=="]


@pytest.mark.parametrize(
    ("model", "blocks", "error", "message"),
    [
        ("y ~ x", None, ModelError, "nothing to measure"),
        (
            "f =~ x1 + x2 + x3; x1 ~ z",
            None,
            NotServedError,
            "x1 ~ z joins an indicator to the structural model",
        ),
        ("f =~ x1 + x2 + x3; y ~ f; x1 ~~ y", None, NotServedError, "cannot be parted"),
        ("f =~ x1 + a*x2 + x3; g =~ y1 + a*y2 + y3", None, NotServedError, "different steps or blocks"),
        (
            "f =~ x1 + a*x2 + x3; g =~ y1 + y2 + y3; g ~ a*f",
            None,
            NotServedError,
            "different steps or blocks",
        ),
        ("f <~ x1 + x2; y ~ f", None, NotServedError, "composites"),
        ("f =~ x1 + x2 + x3; w =~ f + y1", None, NotServedError, "w is measured by observed and by latent"),
        (THREE, [["f", "g"]], ModelError, "each measured latent variable once: f, g, h"),
        (THREE + "; x1 ~~ y1", [["f"], ["g"], ["h"]], ModelError, "put them into one block"),
    ],
)
def test_what_cannot_be_parted_is_told(model, blocks, error, message) -> None:
    with pytest.raises(error, match=message):
        parts(model, blocks)


def test_a_scale_is_needed() -> None:
    with pytest.raises(NotServedError, match="a loading that gives f its scale"):
        parts(THREE, std_lv=True)
