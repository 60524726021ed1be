"""Nesting and equivalence of models equal lavaan 0.7's test."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import InadmissibleWarning, ModelError
from tests.reference.corpus import load_case, read_table

CASE = load_case("v10_net_hs")
# The other side's estimates, whose implied moments are fitted, stop at about 1e-6.
DISCREPANCY = 1e-5


@pytest.fixture(scope="module")
def fits() -> dict[str, sem.SemResult]:
    data = read_table(CASE["data"]["file"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InadmissibleWarning)  # "crossed" has a negative residual variance
        return {
            name: sem.fit(model["model"], data, kind=model["fun"], **dict(model["args"] or {}))
            for name, model in CASE["input"]["models"].items()
        }


@pytest.fixture(scope="module")
def found(fits: dict[str, sem.SemResult]) -> sem.NestingResult:
    return sem.nesting(*fits.values(), names=list(fits))


def test_which_is_nested_in_which(found: sem.NestingResult) -> None:
    expected = CASE["expected"]
    assert dict(zip(found.names, found.df, strict=True)) == expected["df"]
    for i, one in enumerate(expected["order"]):
        for j, other in enumerate(expected["order"]):
            assert found.table.loc[one, other] == expected["nested"][i][j], (one, other)
    assert found.equivalent == (("cfa3", "second_order"),)


def test_what_is_left_over(found: sem.NestingResult) -> None:
    order = [found.names.index(name) for name in CASE["expected"]["order"]]
    ours = found.discrepancy[np.ix_(order, order)] / 2
    for i, row in enumerate(CASE["expected"]["fx"]):
        for j, value in enumerate(row):
            # None: fewer degrees of freedom, or a fit without a minimum
            if CASE["expected"]["nested"][i][j] is None:
                assert np.isnan(ours[i, j])
            elif value > CASE["expected"]["crit"]:
                assert ours[i, j] == pytest.approx(value, rel=DISCREPANCY), (i, j)


def test_a_difference_test_says_so(fits: dict[str, sem.SemResult]) -> None:
    with pytest.raises(ModelError, match="orthogonal is not nested in crossed"):
        sem.compare(fits["crossed"], fits["orthogonal"], names=["crossed", "orthogonal"])
    sem.compare(fits["cfa3"], fits["orthogonal"])


def test_order_of_the_models_does_not_matter(fits: dict[str, sem.SemResult]) -> None:
    some = ["one", "cfa3", "orthogonal"]
    table = sem.nesting(*(fits[name] for name in some), names=some).table
    back = sem.nesting(*(fits[name] for name in some[::-1]), names=some[::-1]).table
    assert all(table.loc[i, j] == back.loc[i, j] for i in some for j in some)


def test_names_are_checked(fits: dict[str, sem.SemResult]) -> None:
    with pytest.raises(ModelError, match="one different name"):
        sem.nesting(fits["one"], fits["cfa3"], names=["a", "a"])
    with pytest.raises(ModelError, match="at least two"):
        sem.nesting(fits["one"])
