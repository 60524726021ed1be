"""Parameter tables: options, errors, and what lavaan's listing does not show."""

from __future__ import annotations

import pickle

import pytest

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.parameter_table import ModelOptions, ParameterTable, build_table

COLUMNS = ["x1", "x2", "x3", "y1", "y2"]


def table(text: str, n_groups: int = 1, **options: object) -> ParameterTable:
    return build_table(parse(text), ModelOptions(**options), None, n_groups)  # type: ignore[arg-type]


def test_unknown_variables_are_all_named_with_line_and_neighbours() -> None:
    with pytest.raises(ModelError) as caught:
        build_table(parse("f =~ x1 + x2 + xx3\n\nv1 ~ f"), ModelOptions(), COLUMNS)
    assert "xx3 (line 1); did you mean 'x3'" in str(caught.value)
    assert "v1 (line 3)" in str(caught.value)


def test_a_mistyped_latent_variable_finds_its_neighbour() -> None:
    with pytest.raises(ModelError, match="did you mean 'quality'"):
        build_table(parse("quality =~ x1 + x2 + x3\ny1 ~ qualty"), ModelOptions(), COLUMNS)


def test_a_latent_variable_cannot_be_a_column() -> None:
    with pytest.raises(ModelError, match="line 2: y1 is defined as a latent variable but is also a column"):
        build_table(parse("f =~ x1\ny1 =~ x2 + x3"), ModelOptions(), COLUMNS)


@pytest.mark.parametrize(
    ("text", "n_groups", "options", "says"),
    [
        ("", 1, {}, "names no variables"),
        ("a == 1", 1, {}, "names no variables"),
        ("f =~ x1 + c(a, b)*x2", 1, {}, "line 1: f =~ x2 has a modifier for 2 groups, but the model has 1"),
        ("f =~ x1 + c(1, 2)*x2", 3, {}, "for 2 groups, but the model has 3"),
        ("f =~ x1 + a*x2; a == zz", 1, {}, "no parameter is labelled 'zz'"),
        ("f =~ x1 + load*x2\nd := laod*2", 1, {}, "line 2: .*did you mean 'load'"),
        ('f =~ x1 + equal("f=~x9")*x2', 1, {}, "no parameter has this name"),
        ("f =~ x1 + x2", 1, {"kind": "efa"}, "kind='efa' is unknown"),
        ("f =~ x1 + x2", 2, {"group_equal": ("loading",)}, "'loading' is no kind of parameter"),
        ("f =~ x1 + x2", 1, {"effect_coding": ("means",)}, "effect_coding"),
        (
            "f =~ x1 + x2",
            2,
            {"group_equal": ("loadings",), "group_partial": ("f=~x9",)},
            "no parameter is named f=~x9",
        ),
        ("group: 3\nf =~ x1 + x2", 2, {}, "no group 3"),
        ("group: north\nf =~ x1 + x2", 2, {}, "no group 'north'"),
    ],
)
def test_errors(text: str, n_groups: int, options: dict, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        table(text, n_groups, **options)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("level: 1\nf =~ x1 + x2\nlevel: 2\nf =~ x1 + x2\nlevel: 3\nf =~ x1 + x2", "3 levels"),
        ("group: 1\nf =~ x1 + x2\ngroup: 2\nf =~ x1 + x3", "leaves out x3"),
    ],
)
def test_not_yet_served(text: str, says: str) -> None:
    with pytest.raises(NotServedError, match=says):
        table(text, 2)


def test_equal_ties_to_a_labelled_parameter_too() -> None:
    model = table('f =~ x1 + a*x2 + equal("f=~x2")*x3')
    assert model.simple_equalities == ((1, 2),)
    model = table('f =~ x1 + a*x2 + equal("a")*x3')
    assert model.simple_equalities == ((1, 2),)


def test_labels_with_na_leave_the_group_free_and_unlabelled() -> None:
    model = table("f =~ x1 + c(a, NA)*x2 + x3", 2, group_equal=("loadings",))
    loadings = [(p.rhs, p.group, p.label) for p in model.parameters if p.op == "=~" and p.rhs == "x2"]
    assert loadings == [("x2", 1, "a"), ("x2", 2, "")]


def test_numbers_and_labels_per_group() -> None:
    model = table("f =~ x1 + c(a, NA)*x2 + c(NA, 0.5)*x2", 2)
    assert [(p.label, p.fixed) for p in model.parameters if p.rhs == "x2" and p.op == "=~"] == [
        ("a", None),
        ("", 0.5),
    ]


def test_group_blocks_by_label() -> None:
    text = "group: 2\nf =~ x1 + 0.5*x2\ngroup: 1\nf =~ x1 + 0.7*x2"
    for labels, expected in ((("1", "2"), [0.7, 0.5]), (("2", "1"), [0.5, 0.7])):
        model = build_table(parse(text), ModelOptions(), None, 2, labels)
        assert [p.fixed for p in model.parameters if p.rhs == "x2" and p.op == "=~"] == expected


def test_constraints_argument_comes_after_the_models_own() -> None:
    text = parse("f =~ x1 + a*x2 + b*x3; a > 0")
    model = build_table(text, ModelOptions(), constraints=parse("a == b; d := a*b"))
    assert [p.op for p in model.parameters[-3:]] == [">", "==", ":="]


def test_rotation_blocks_are_marked() -> None:
    model = table('efa("e")*f1 + efa("e")*f2 =~ x1 + x2 + x3')
    assert {p.efa for p in model.parameters if p.op == "=~"} == {"e"}


def test_a_table_is_pickled_and_hashable_rows_are_kept() -> None:
    model = table("f =~ x1 + x2 + a*x3; a > 0")
    assert pickle.loads(pickle.dumps(model)) == model


def test_a_mean_structure_follows_from_intercepts_groups_and_growth() -> None:
    assert not table("f =~ x1 + x2").meanstructure
    assert table("f =~ x1 + x2\nx1 ~ 1").meanstructure
    assert table("f =~ x1 + x2", 2).meanstructure
    assert not table("f =~ x1 + x2", 2, meanstructure=False).meanstructure
    assert table("i =~ 1*x1 + 1*x2", kind="growth").meanstructure
