"""Every kind of table gives the same numbers; what is not a number is named with its column and row."""

from __future__ import annotations

import decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import column_names, read_columns, read_labels

VALUES = np.array([[1.0, 4.0], [2.0, np.nan], [3.0, 6.0]])


class Series:
    """A column as polars holds it: no `values`, a `to_numpy` without options."""

    def __init__(self, values: list[float]) -> None:
        self.held = values

    def to_numpy(self) -> np.ndarray:
        return np.array(self.held)


class Frame:
    """A table as polars holds it: `columns` is a list of names, indexing gives a column."""

    columns = ["a", "b"]  # noqa: RUF012

    def __getitem__(self, name: str) -> Series:
        return Series({"a": [1.0, 2.0, 3.0], "b": [4.0, np.nan, 6.0]}[name])


def structured() -> np.ndarray:
    return np.array([tuple(row) for row in VALUES.tolist()], dtype=[("a", float), ("b", float)])


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame(VALUES, columns=["a", "b"]),
        pd.DataFrame({"a": [1, 2, 3], "b": pd.array([4, None, 6], dtype="Int64")}),
        pd.DataFrame({"a": pd.array([1, 2, 3], dtype="Float32"), "b": [4, None, 6]}, dtype=object),
        pd.DataFrame({"a": pd.Categorical([1, 2, 3], ordered=True), "b": [4, np.nan, 6]}),
        {"a": [1, 2, 3], "b": [4, None, 6]},
        {"a": np.array([1, 2, 3], np.int8), "b": (4.0, float("nan"), decimal.Decimal(6))},
        {"a": pd.Series([1, 2, 3], index=[7, 8, 9]), "b": pd.Series([4, pd.NA, 6])},
        structured(),
        Frame(),
    ],
    ids=["float", "nullable", "object", "categories", "lists", "mixed", "series", "structured", "polars"],
)
def test_kinds_of_table(table: object) -> None:
    assert column_names(table) == ("a", "b")
    np.testing.assert_array_equal(read_columns(table, ["a", "b"]), VALUES)
    np.testing.assert_array_equal(read_columns(table, ["b"]), VALUES[:, 1:])


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, pd.Categorical], ids=lambda kind: kind.__name__)
def test_numbers_in_text_are_read_alike_in_every_table(kind: Any) -> None:
    values = read_columns({"a": kind(["2,5", "1,540", "NA", "\uff13"])}, ["a"])[:, 0]
    np.testing.assert_array_equal(values, [2.5, 1.54, np.nan, 3.0])


def test_plain_arrays_have_no_names() -> None:
    for ask in (column_names, lambda values: read_columns(values, ["x2"])):
        with pytest.raises(DataError, match=r"plain array \(3 × 2\) has no names.*DataFrame\(array, columns"):
            ask(VALUES)


def test_the_input_is_copied() -> None:
    table = pd.DataFrame(VALUES, columns=["a", "b"])
    read_columns(table, ["a", "b"])[:] = 0.0
    assert table["a"].tolist() == [1.0, 2.0, 3.0]


def test_booleans_are_numbers() -> None:
    table = {"a": [True, False], "b": pd.array([True, None], dtype="boolean")}
    np.testing.assert_array_equal(read_columns(table, ["a", "b"]), [[1.0, 1.0], [0.0, np.nan]])


def test_labels_that_are_not_text() -> None:
    table = pd.DataFrame({2020: [1.0, 2.0], "a": [3.0, 4.0]})
    assert column_names(table) == ("2020", "a")
    np.testing.assert_array_equal(read_columns(table, ["2020"]).ravel(), [1.0, 2.0])


@pytest.mark.parametrize(
    ("table", "names", "message"),
    [
        (
            {"age": [1.0, "old", 3.0]},
            ["age"],
            r"column 'age' should hold numbers but has row 2 'old'; convert",
        ),
        ({"a": ["u"] * 7}, ["a"], r"row 1 'u', row 2 'u', row 3 'u', row 4 'u', row 5 'u' and 2 more"),
        (pd.DataFrame({"a": ["3_3.333", "2"]}), ["a"], r"row 1 '3_3.333'; convert"),
        (
            {"a": ["2", "1,540"]},
            ["a"],
            r"'a' row 2: '1,540' is 1540 with a thousands comma or 1.54 .*decimal=",
        ),
        ({"a": ["1.540"], "b": ["2,5"]}, ["a", "b"], r"column 'a' row 1: '1.540' is 1540 with"),
        (pd.DataFrame({"a": ["x", None]}), ["a"], r"has row 1 'x'; convert"),
        ({"a": pd.Categorical(["low", "high"])}, ["a"], r"row 1 'low'"),
        ({"a": pd.to_datetime(["2020-01-01"])}, ["a"], r"column 'a' holds datetime64"),
        ({"a": [1, [2, 3]]}, ["a"], r"row 2 \[2, 3\]"),
        ({"a": [[1, 2], [3, 4]]}, ["a"], r"column 'a' has 2 dimensions"),
        ({"a": [1.0, np.inf, -np.inf]}, ["a"], r"infinite values: column 'a' row 2, column 'a' row 3"),
        ({"visual": [1.0]}, ["visaul"], r"no column 'visaul' in the data; did you mean 'visual'\?"),
        ({"a": [1.0]}, ["zzz"], r"no column 'zzz' in the data \(columns: a\)"),
        ({}, ["a"], r"columns: none"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), ["a"], r"'a' names more than one column"),
        ({"a": [1.0]}, ["a", "a"], r"asked for more than once: a"),
        ({"a": [1.0], "b": [1.0, 2.0]}, ["a", "b"], r"differ in length: a 1, b 2"),
        (5, ["a"], r"cannot read a table from int"),
        ([[1.0]], ["a"], r"cannot read a table from list"),
    ],
)
def test_what_is_wrong_is_named(table: object, names: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_columns(table, names)


def test_missing_values_can_be_refused() -> None:
    with pytest.raises(DataError, match="missing values: column 'b' row 2"):
        read_columns({"a": [1.0, 2.0], "b": [3.0, None]}, ["a", "b"], allow_missing=False)


def test_groups_keep_their_order_of_appearance() -> None:
    codes, labels = read_labels({"g": ["b", "a", None, "b"]}, "g")
    assert codes.tolist() == [0, 1, -1, 0]
    assert labels == ("b", "a")


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([2.0, 1.0, np.nan], ("2", "1")),
        (pd.array([2, None, 1], dtype="Int64"), ("2", "1")),
        (pd.Categorical(["v", None, "u"], categories=["u", "v"]), ("v", "u")),
        (["007", "NA", None], ("007", "NA")),
        (np.array([True, False]), ("True", "False")),
    ],
)
def test_labels_of_groups(values: object, labels: tuple[str, ...]) -> None:
    assert read_labels({"g": values}, "g")[1] == labels
