"""Ours against every number that lavaan 0.6-14 and 0.7-2 give differently, each version by its own rules."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from mlbc_stats import sem
from tests.reference.adapter import fit_case, shape_result
from tests.reference.corpus import load_case
from tests.reference.ledger import VERSIONS, Entry, entries, found, met, unmet

FIELDS = ["parameters", "standardized", "fit", "tests", "vcov", "implied", "rsquare"]
FITTED = sorted({entry.case for entry in entries() if load_case(entry.case)["kind"] == "sem"})
COMPARED = sorted({entry.case for entry in entries()} - set(FITTED))
COLUMNS = {
    "Df": "df",
    "Chisq": "chisq",
    "Chisq diff": "chisq_diff",
    "Df diff": "df_diff",
    "Pr(>Chisq)": "pvalue",
}


@cache
def shaped(case_id: str, version: str) -> dict[str, Any]:
    fit = fit_case(load_case(case_id), version)
    return shape_result(fit, FIELDS) | {"status": "ok_with_warnings" if fit.warnings else "ok"}


def ours(entry: Entry, version: str) -> Any:
    if entry.group == "free":
        named = entry.field.removeprefix("free/fixed: ").split()
        free = [shaped_free(entry.case, each) for each in VERSIONS]
        return None if all((name in free[0]) != (name in free[1]) for name in named) else "alike"
    return found(entry, shaped(entry.case, version))


@cache
def shaped_free(case_id: str, version: str) -> set[str]:
    rows = shaped(case_id, version)["parameters"]
    names = (
        row["lhs"] + row["op"] + row["rhs"] + (f".g{row['group']}" if row["group"] > 1 else "")
        for row in rows
    )
    return {name for name, row in zip(names, rows, strict=True) if row["free"]}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case_id", FITTED)
def test_both_versions_of_a_fit(case_id: str, version: str) -> None:
    rows = [entry for entry in entries() if entry.case == case_id]
    assert not faults(rows, version, {entry: ours(entry, version) for entry in rows})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case_id", COMPARED)
def test_both_versions_of_a_comparison(case_id: str, version: str) -> None:
    spec = load_case(case_id)
    fits = [fit_case(load_case(name), version) for name in spec["models"]]
    options = {name.replace(".", "_").lower(): value for name, value in spec["args"].items()}
    table = sem.compare(*fits, names=spec["models"], **options).table
    rows = [entry for entry in entries() if entry.case == case_id]
    got = {}
    for entry in rows:
        model, column = entry.field.split(": ")
        got[entry] = float(table.loc[model, COLUMNS[column]])
    assert not faults(rows, version, got)


def faults(rows: list[Entry], version: str, got: dict[Entry, Any]) -> list[str]:
    """What is neither met nor listed, and what is listed but met."""
    out = []
    for entry in rows:
        listed = unmet().get((entry.case, entry.field, version))
        if met(entry, version, got[entry]) == (listed is not None):
            said = "is listed as unmet but met" if listed else f"expected {entry.expected(version)!r}"
            out.append(f"{entry.group} {entry.field} ({version}): {said}, got {got[entry]!r}")
    return out


def test_what_is_listed_is_in_the_ledger() -> None:
    known = {(entry.case, entry.field, version) for entry in entries() for version in VERSIONS}
    assert not set(unmet()) - known
