"""Every case with an adapter agrees; the comparison fails on NaN, on a missing field and on ten tolerances."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.reference.kinds.__main__ import main
from tests.reference.kinds.agreement import TOLERANCES, allowed, compare
from tests.reference.kinds.columns import is_matrix
from tests.reference.kinds.corpus import OWN, Case, Corpus, chosen
from tests.reference.kinds.registry import adapters, judge

CORPUS = chosen()
SERVED = {case["id"]: case for case in CORPUS.cases() if case["kind"] in adapters()}
STORED = {case["id"]: case for case in Corpus(OWN).cases()}
TIGHT = TOLERANCES["tight"]


@pytest.mark.parametrize("case_id", SERVED)
def test_a_case_agrees(case_id: str) -> None:
    outcome = judge(SERVED[case_id], CORPUS)
    if outcome.error.startswith("FileNotFoundError"):
        pytest.skip(f"left out, no data here: {outcome.error}")
    assert outcome.agreed, (outcome.error, list(map(str, outcome.differences[:5])))


def test_every_case_of_the_project_has_an_adapter() -> None:
    assert {case["kind"] for case in STORED.values()} <= adapters().keys()


def places(node: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Every number of a result with its field and the container that holds it."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in entries:
        here = (*names, key) if isinstance(node, dict) else names
        if isinstance(value, dict | list):
            yield from places(value, here)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield here, node, key


@cache
def first_of_each_field(case_id: str) -> tuple[Any, list[Any]]:
    result = copy.deepcopy(STORED[case_id]["expected"])
    untested = Corpus(OWN).untested(STORED[case_id])
    seen: dict[tuple[str, ...], Any] = {}
    for place in places(result):
        if not set(place[0]) & untested:
            seen.setdefault(place[0], place)
    return result, list(seen.values())


def damaged(case: Case, result: Any, place: Any, value: Any) -> int:
    _, container, key = place
    kept, container[key] = container[key], value
    found = compare(case, result, Corpus(OWN).untested(case))[1]
    container[key] = kept
    return len(found)


@pytest.mark.parametrize("case_id", STORED)
def test_every_kind_of_field_is_checked(case_id: str) -> None:
    case = STORED[case_id]
    result, found = first_of_each_field(case_id)
    assert not compare(case, result, Corpus(OWN).untested(case))[1]
    assert found
    for place in found:
        names, container, key = place
        far = 10 * allowed(tuple(map(str, names)), container[key], TOLERANCES[case["tolerance_class"]])
        assert damaged(case, result, place, math.nan), f"{names}: NaN passes"
        assert damaged(case, result, place, None), f"{names}: a missing field passes"
        assert damaged(case, result, place, container[key] + far), f"{names}: ten tolerances pass"


@pytest.mark.parametrize("case_id", STORED)
def test_a_field_that_is_not_there_is_told(case_id: str) -> None:
    case = STORED[case_id]
    untested = Corpus(OWN).untested(case)
    given = {name for name, value in case["expected"].items() if value is not None}
    for name in given - untested:
        assert compare(case, {k: v for k, v in case["expected"].items() if k != name}, untested)[1], name
    assert len(compare(case, {}, untested)[1]) == compare(case, {}, untested)[0]


def test_limits_follow_the_names_of_fields() -> None:
    assert allowed(("parameters", "a =~ b #1", "se"), 2.0, TIGHT) == pytest.approx(2e-4)
    assert allowed(("fit", "chisq"), 200.0, TIGHT) == pytest.approx(2e-4)
    assert allowed(("rotations", "oblimin", "criterion"), 0.1, TOLERANCES["efa"]) == 1e-6


def test_columns_may_be_permuted_and_reflected() -> None:
    want = {"rownames": ["a", "b", "c"], "colnames": ["F1", "F2"], "values": [[0.7, 0.1], [0.6, 0], [0, 0.5]]}
    phi = {"rownames": ["F1", "F2"], "colnames": ["F1", "F2"], "values": [[1, 0.3], [0.3, 1]]}
    case = {"expected": {"x": {"loadings": want, "phi": phi}}, "tolerance_class": "efa", "id": "c"}
    got = copy.deepcopy(case["expected"])
    got["x"]["loadings"] |= {"colnames": ["g", "h"], "values": [[-0.1, 0.7], [0, 0.6], [-0.5, 0]]}
    got["x"]["phi"]["values"] = [[1, -0.3], [-0.3, 1]]
    assert is_matrix(want) and not compare(case, got)[1]
    got["x"]["phi"]["values"] = [[1, 0.3], [0.3, 1]]
    assert {one.path[:2] for one in compare(case, got)[1]} == {("x", "phi")}
    assert compare(case | {"tolerance_class": "tight"}, got)[1]


def test_rows_of_tables_are_matched_by_their_text() -> None:
    rows = [
        {"lhs": "a", "op": "~~", "rhs": "b", "est": 1.0},
        {"lhs": "b", "op": "~~", "rhs": "b", "est": 2.0},
    ]
    case = {"expected": {"rows": rows}, "tolerance_class": "tight", "id": "c"}
    turned = [rows[1], {"lhs": "b", "op": "~~", "rhs": "a", "est": 1.0}]
    assert not compare(case, {"rows": turned})[1]
    assert len(compare(case, {"rows": turned[:1]})[1]) == 1


def test_what_agrees_is_printed_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(OWN), "bifactor", "unheard"]) == 0
    printed = capsys.readouterr().out
    assert "fields" in printed and "no adapter" in printed
