"""Linear inequalities that no values satisfy are refused before the fit; those that some satisfy are not."""

from __future__ import annotations

import pytest

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.constraints.feasibility import check_inequalities
from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.parameter_table import build_table


def check(text: str) -> None:
    check_inequalities(constraint_system(build_table(parse(f"f =~ x + a*y + b*z + c*w\n{text}"))))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a > 2\na < 1\nb > 0", "a > 2; a < 1"),
        ("a > b\nb > c\nc > a + 1", "a > b; b > c; c > a+1"),
        ("a + b > 1\na < 0.2\nb < 0.3\nc < 9", "a+b > 1; a < 0.2; b < 0.3"),
        ("a > 2e-6\na < 1e-6", "a > 2e-6; a < 1e-6"),
        ("a == b\na > 2\nb < 1", "with the equalities of the model: a > 2; b < 1"),
        ("a == 1\na > 2", "with the equalities of the model: a > 2"),
    ],
)
def test_contradictions_are_named(text: str, named: str) -> None:
    with pytest.raises(ModelError) as error:
        check(text)
    assert named in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "a > 1\na < 2",
        "a > 1\na < 1",
        "a > b\nb > c\nc > a",
        "a > 1e-6\na < 2e-6",
        "a^2 < -1",
        "a == 1\na < 2",
        "a > 0",
    ],
)
def test_what_can_hold_passes(text: str) -> None:
    check(text)
