"""Raw data, covariance matrices and model text as users have them."""

import codecs

import numpy as np
import pytest

from mlbc_stats.cli.data import Reading, read_covariance, read_frame, read_model
from mlbc_stats.errors import DataError, ModelError, ResponseError


@pytest.fixture
def csv(tmp_path):
    def write(content: bytes):
        path = tmp_path / "data.csv"
        path.write_bytes(content)
        return path

    return write


def test_a_byte_order_mark_crlf_semicolons_and_blank_cells_just_work(csv):
    frame = read_frame(csv(codecs.BOM_UTF8 + b"x1;x2;school\r\n1;;a\r\nNA;2.5;b\r\n\r\n"))
    assert list(frame.columns) == ["x1", "x2", "school"]
    assert np.isnan(frame["x1"][1])
    assert np.isnan(frame["x2"][0])
    assert frame["school"].tolist() == ["a", "b"]


def test_the_unnamed_row_names_of_r_and_pandas_are_a_column(csv):
    frame = read_frame(csv(b'"","x1"\n"1",5\n"2",6\n'))
    assert list(frame.columns) == ["row_names", "x1"]


def test_text_among_numbers_stays_where_it_is(csv):
    frame = read_frame(csv(b"x1\n1\ntwo\n3\n"))
    assert frame["x1"].tolist() == ["1", "two", "3"]


@pytest.mark.parametrize(
    "content",
    [
        b"x1;x2\n3,333;1\n4,5;2\n",
        b"sep=;\nx1;x2\n3.333;1\n4.5;2\n",
        b'"sep=\t"\r\nx1\tx2\r\n3.333\t1\r\n4.5\t2\r\n',
        b'x1,x2\n"3,333","1"\n"4,5",2\n',
        "x1;x2\n３．３３３;\u00a01\n4.5;2\u202f\n".encode(),
    ],
)
def test_numbers_as_spreadsheets_write_them(csv, content):
    frame = read_frame(csv(content))
    assert frame["x1"].tolist() == [3.333, 4.5]
    assert frame["x2"].tolist() == [1, 2]


def test_what_one_column_shows_counts_for_the_others(csv):
    frame = read_frame(csv(b"x1;x2\n3,333;1,5\n4,250;2,5\n"))
    assert frame["x1"].tolist() == [3.333, 4.25]


def test_lines_are_counted_with_the_one_that_names_the_separator(csv):
    assert read_frame(csv(b"sep=;\nx1;x2\n1;2\n")).attrs["lines"] == (3,)


@pytest.mark.parametrize(
    ("content", "decimal", "message"),
    [
        (
            b'x1,x2\n"1,540",1\n',
            None,
            r"data.csv: line 2, column 'x1': '1,540' is 1540 .* or 1.54 .*--decimal \.",
        ),
        (b"x1;x2\n1,5;1.540\n", None, r"line 2, column 'x2': '1.540' is 1540 with a thousands point"),
        (b"x1;x2\n1;2\n1,5;2\n", ".", r"line 3, column 'x1': '1,5' is no number by the mark given"),
        (b"x1\n1\n", ";", r"decimal is ';'"),
    ],
)
def test_a_number_that_may_be_two_is_refused_with_the_remedy(csv, content, decimal, message):
    with pytest.raises(DataError, match=message):
        read_frame(csv(content), Reading(decimal=decimal))


def test_the_mark_that_is_given_decides(csv):
    content = b'x1;x2\n"1,540";1.540\n'
    assert read_frame(csv(content), Reading(decimal=",")).iloc[0].tolist() == [1.54, 1540.0]
    assert read_frame(csv(content), Reading(decimal=".")).iloc[0].tolist() == [1540.0, 1.54]


def test_long_lists_of_broken_rows_are_cut_and_the_decimal_comma_is_named(csv):
    with pytest.raises(ResponseError) as caught:
        read_frame(csv(b"x1,x2\n" + b"3,5,4,5\n" * 300))
    assert "row 21: 4 cells and 280 more" in str(caught.value)
    assert "decimal comma" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", ResponseError, "empty"),
        (b"x1,x2\n", DataError, "no rows of data"),
        (b"x1,x2\n1,2,3\n", ResponseError, r"row 2: 3 cells"),
        ("x1,ä\n1,2\n".encode("cp1252"), ResponseError, "--encoding cp1252"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(csv, content, error, message):
    with pytest.raises(error, match=message):
        read_frame(csv(content))


@pytest.mark.parametrize(
    "content",
    [b"a,b\n2,1\n1,3\n", b",a,b\na,2,1\nb,1,3\n", b"name,a,b\na,2,\nb,1,3\n", b"a,b\n2,\n1,3\n"],
)
def test_a_covariance_matrix_is_read_whole_named_or_as_a_triangle(csv, content):
    matrix = read_covariance(csv(content))
    assert matrix.to_numpy().tolist() == [[2, 1], [1, 3]]
    assert list(matrix.columns) == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n2,1\n0.5,3\n", r"two covariances of a with b"),
        (b"a,b\n2,1\n", r"1 rows for 2 variables"),
        (b"a,b\n2,x\n1,3\n", r"column 'b' holds text"),
        (b",a,b\nb,2,1\na,1,3\n", r"row names \['b', 'a'\] differ"),
        (b"a,b\n2,\n,3\n", r"no covariance of a with b"),
    ],
)
def test_a_matrix_that_is_none_says_where(csv, content, message):
    with pytest.raises(DataError, match=message):
        read_covariance(csv(content))


def test_a_model_is_a_file_or_the_text_itself(tmp_path):
    path = tmp_path / "model.lav"
    path.write_text("\ufefff =~ x1 + x2\n", encoding="utf-8")
    assert read_model(str(path)) == "f =~ x1 + x2\n"
    assert read_model("f =~ x1") == "f =~ x1"
    with pytest.raises(ModelError, match=r"'model\.txt' is neither a file nor a model"):
        read_model("model.txt")
    path.write_bytes("f =~ ä".encode("latin-1"))
    with pytest.raises(ModelError, match="byte 5 is not UTF-8; pass --encoding"):
        read_model(str(path))
