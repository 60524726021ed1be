"""The comparison passes a case against itself and fails on every kind of damage to every kind of field."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any

import pytest

from tests.reference.compare import compare_sem
from tests.reference.corpus import case_ids, load_case, untested
from tests.reference.leaves import CONSTRAINTS, NOT_COMPARED

SOLVED = [i for i in case_ids("sem") if load_case(i)["expected"].get("parameters")]
# One case per shape of the stored results: plain, scaled, shifted, rotated, with defined parameters, with
# missing data, with groups.
SHAPES = [
    "a01_hs3_ml",
    "a09_hs3_mlm",
    "a11_hs3_mlmv",
    "a37_efa_geomin",
    "b01_pd_ml",
    "b04_pd_indirect",
    "d01_hs_fiml",
    "d02_hs_fiml_mlr",
    "e03_hs_mlr_fiml_scalar",
    "h05_bifactor",
]
TABLES = [
    "parameters",
    "standardized",
    "fit",
    "tests",
    "implied",
    "sampstat",
    "rsquare",
    "vcov",
    "modindices",
    "residuals",
    "factor_scores",
    "reliability",
    "nobs",
    "npar",
    "logLik",
]
# Entries that carry no number of their own: the covariance of the estimates is matched by position, a block
# repeats the group, a row number and a table's internal name say nothing.
CARRIER = {("vcov", "rownames"), ("vcov", "colnames")}
CARRIER_KEYS = {"block", "level", "efa", "_row", "exo.index"}

Place = tuple[tuple[Any, ...], Any, Any]  # kind of field, container, key


def places(node: Any, kind: tuple[Any, ...] = ()) -> Iterator[Place]:
    """Every non-null scalar of a stored result with the container that holds it."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in entries:
        here = (*kind, key) if isinstance(node, dict) else kind
        if isinstance(value, (dict, list)):
            yield from places(value, here)
        elif value is not None:
            yield here, node, key


def checked_places(case: dict[str, Any], result: dict[str, Any]) -> Iterator[Place]:
    """The first place of each kind that the comparison promises to check."""
    seen = set()
    for kind, container, key in places(result):
        if kind in seen or _is_exempt(case["id"], kind, container):
            continue
        seen.add(kind)
        yield kind, container, key


def _is_exempt(case_id: str, kind: tuple[str, ...], container: Any) -> bool:
    if kind[0] in NOT_COMPARED or kind in CARRIER or kind[-1] in CARRIER_KEYS:
        return True
    if "se" in untested().get(case_id, {}).get("skip", "") and (
        kind[0] == "vcov" or kind[-1] in ("se", "z", "pvalue", "ci.lower", "ci.upper")
    ):
        return kind[0] in ("vcov", "parameters", "standardized")
    return isinstance(container, dict) and container.get("op") in CONSTRAINTS


def damaged(case: dict[str, Any], result: dict[str, Any], place: Place, value: Any) -> list[Any]:
    """What the comparison says when one entry of a result has another value."""
    kind, container, key = place
    kept, container[key] = container[key], value
    found = compare_sem(case, result, fields=kind[:1])
    container[key] = kept
    return found


@pytest.mark.parametrize("case_id", SOLVED)
def test_a_case_equals_itself(case_id: str) -> None:
    case = load_case(case_id)
    assert not compare_sem(case, case["expected"])


@pytest.mark.parametrize("case_id", SHAPES)
@pytest.mark.slow
def test_every_kind_of_field_is_checked(case_id: str) -> None:
    case = load_case(case_id)
    result = copy.deepcopy(case["expected"])
    found = list(checked_places(case, result))
    assert len(found) > 80
    for place in found:
        kind, container, key = place
        assert damaged(case, result, place, None), f"{kind}: a missing value passes"
        if isinstance(container[key], (int, float)) and not isinstance(container[key], bool):
            _check_number(case, result, place)
        else:
            assert damaged(case, result, place, "something else"), f"{kind}: another text passes"


def _check_number(case: dict[str, Any], result: dict[str, Any], place: Place) -> None:
    kind, container, key = place
    value = container[key]
    differences = damaged(case, result, place, math.nan)
    assert differences, f"{kind}: NaN passes"
    assert damaged(case, result, place, "1"), f"{kind}: text passes for a number"
    allowed = next(d.limit for d in differences if d.limit is not None)
    assert damaged(case, result, place, value + 10 * allowed), f"{kind}: ten tolerances above pass"
    assert damaged(case, result, place, value - 10 * allowed), f"{kind}: ten tolerances below pass"
    # a group number names its row, so it has no tolerance
    assert kind[-1] == "group" or not damaged(case, result, place, value + 0.5 * allowed), (
        f"{kind}: half a tolerance fails"
    )


@pytest.mark.parametrize("field", TABLES)
def test_a_missing_field_fails(field: str) -> None:
    case = load_case("a01_hs3_ml")
    result = {name: value for name, value in case["expected"].items() if name != field}
    assert compare_sem(case, result)


def test_a_missing_row_fails() -> None:
    case = load_case("b01_pd_ml")
    result = {**case["expected"], "parameters": case["expected"]["parameters"][:-1]}
    assert compare_sem(case, result)


def test_selected_fields_only() -> None:
    case = load_case("a01_hs3_ml")
    result = {"fit": {**case["expected"]["fit"], "cfi": 0.5}}
    assert [d.path for d in compare_sem(case, result, fields=["fit"])] == [("fit", "cfi")]
    assert not compare_sem(case, result, fields=["fit.chisq"])


def test_annotated_fields_are_left_out_and_no_others() -> None:
    case = load_case("a32_ineq_active")  # standard errors on an active bound are not to be tested
    result = copy.deepcopy(case["expected"])
    for row in result["parameters"]:
        row["se"] = math.nan
    assert not compare_sem(case, result)
    result["parameters"][1]["est"] += 1e-3
    assert compare_sem(case, result)


def test_rotated_factors_may_be_permuted_and_reflected() -> None:
    case = load_case("a37_efa_geomin")
    swap = {"f1": "f2", "f2": "f1"}
    result = copy.deepcopy(case["expected"])
    for row in result["parameters"] + result["standardized"]:
        sign = -1.0 if (row["lhs"] == "f1") != (row["rhs"] == "f1") else 1.0
        for name in ("est", "est.std", "std.lv", "std.all", "std.nox"):
            if row.get(name) is not None:
                row[name] *= sign
        row["lhs"], row["rhs"] = swap.get(row["lhs"], row["lhs"]), swap.get(row["rhs"], row["rhs"])
    assert not compare_sem(case, result)
    result["parameters"][0]["est"] += 0.05
    assert compare_sem(case, result)
