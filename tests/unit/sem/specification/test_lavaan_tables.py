"""The parameter table equals lavaan's, row by row, for every reference case and for a list of odd models."""

from __future__ import annotations

import json

import pytest

from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.parameter_table import ParameterTable, build_table
from tests.examples.model_list import MODELS, REFERENCE, build, model_options


def _cases() -> list[dict]:
    cases = [json.loads(path.read_text()) for path in sorted((REFERENCE / "cases").glob("*.json"))]
    return [
        c
        for c in cases
        if c["kind"] == "sem" and "parameters" in c["expected"] and "ordered" not in (c["fit"]["args"] or {})
    ]


def _rows(table: ParameterTable) -> list[tuple]:
    return [
        (p.lhs, p.op, p.rhs, p.group, p.free, "" if p.fixed is None else p.fixed, p.exo, p.label)
        for p in table.parameters
    ]


def _expected_rows(case: dict) -> list[tuple]:
    rotated = any(p["op"] == "=~" and p["free"] == 0 for p in case["expected"]["parameters"]) and (
        "efa(" in case["fit"]["model"]
    )
    rows = []
    for p in case["expected"]["parameters"]:
        constraint = p["op"] in (":=", "==", "<", ">")
        fixed = p["free"] == 0 and not p["exo"] and not constraint
        value = (None if rotated else p["est"]) if fixed else ""
        group = 0 if constraint else (p.get("group") or 1)
        rows.append(
            (p["lhs"], p["op"], p["rhs"], group, p["free"], value, bool(p["exo"]), p.get("label") or "")
        )
    return rows


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_reference_case(case: dict) -> None:
    expected = case["expected"]
    labels = expected["group_labels"] or []
    options = model_options(case["fit"]["fun"], case["fit"]["args"] or {})
    table = build_table(parse(case["fit"]["model"]), options, None, max(1, len(labels)), labels)
    wanted = _expected_rows(case)
    got = [
        row if want[5] is not None else (*row[:5], None, *row[6:])
        for row, want in zip(_rows(table), wanted, strict=True)
    ]
    assert got == wanted
    assert table.n_free == expected["npar"]
    implied = next(iter(expected["implied"].values())) if labels else expected["implied"]
    assert list(table.observed) == implied["cov"]["rownames"]


def test_there_are_reference_cases() -> None:
    assert len(_cases()) > 90


def _golden() -> dict[str, list[list[str]]]:
    golden: dict[str, list[list[str]]] = {}
    for line in (REFERENCE / "tables" / "expected.tsv").read_text().splitlines()[2:]:
        name, *fields = line.split("\t")
        golden.setdefault(name, []).append(fields)
    return golden


GOLDEN = _golden()


@pytest.mark.parametrize("name", MODELS)
def test_odd_model(name: str) -> None:
    table = build(name)
    observed, *expected = GOLDEN[name]
    wanted = [
        (
            lhs,
            op,
            rhs,
            int(group),
            int(free),
            float(value) if value else "",
            exo == "1",
            label,
        )
        for lhs, op, rhs, group, free, value, exo, label, _ in expected
    ]
    assert _rows(table) == wanted
    assert " ".join(table.observed) == observed[1]
