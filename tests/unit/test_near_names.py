"""Names that were meant: by case, blanks, normal form, then by likeness."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import MlbcError
from mlbc_stats.near_names import did_you_mean, near_names

DECOMPOSED = unicodedata.normalize("NFD", "größe")


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("x2", ["x1", "x3", "X2"], ("X2",)),
        ("x2", ["x2 ", "x9"], ("x2 ",)),
        ("größe", [DECOMPOSED, "grobe"], (DECOMPOSED,)),
        ("job_sat", ["Job Sat", "job_set"], ("Job Sat",)),
        ("visaul", ["visual", "speed"], ("visual",)),
        ("age", ["weight"], ()),
    ],
)
def test_names_that_were_meant(name, known, expected):
    assert near_names(name, known) == expected


def test_how_look_alikes_differ_is_said():
    assert did_you_mean("größe", [DECOMPOSED]).endswith("(the same letters in another Unicode form)?")


@pytest.mark.parametrize(
    ("column", "model"),
    [
        ("X2", "f =~ x1 + x2 + x3"),
        ("x2 ", "f =~ x1 + x2 + x3"),
        (DECOMPOSED, "f =~ x1 + größe + x3"),
        ("x 2", "f =~ x1 + x 2 + x3"),
        ("x 2", "f =~ x1 + x2 + x3"),
    ],
)
def test_the_column_that_is_meant_is_named(column, model):
    data = pd.DataFrame({"x1": [1.0, 2, 3], column: [1.0, 2, 4], "x3": [0.0, 1, 1], "x9": [1.0, 0, 1]})
    with pytest.raises(MlbcError) as caught:
        sem.fit(model, data)
    assert column in str(caught.value)
