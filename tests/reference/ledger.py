"""The ledger: every number of the stored cases that lavaan 0.6-14 and 0.7-2 give differently, and ours beside them."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.reference.corpus import HERE, load_case
from tests.reference.leaves import Path, row_key
from tests.reference.tolerance import CLASSES, limit

VERSIONS = ("0.7", "0.6")
# Groups whose rows stand for the largest difference of a whole family: all numbers of the family differ.
FAMILIES = {"est", "se", "std", "std se", "vcov", "implied", "rsquare"}
# Errors that a tolerance class leaves out (of rotated loadings) are held to one in a hundred here.
RELATIVE = 1e-2


# Changed in cases without a row as well: another index bears the name, and small differences of small p values.
ELSEWHERE = {("fit", "gfi"), ("fit", "agfi"), ("fit", "rmsea.pvalue.robust")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a field of a case with its value in both versions; None for no number, or no such field."""

    case: str
    group: str
    field: str
    old: float | str | None
    new: float | str | None

    def expected(self, version: str) -> float | str | None:
        """The value in one version."""
        return self.new if version == "0.7" else self.old


@cache
def entries() -> tuple[Entry, ...]:
    """All rows of the ledger."""
    with (HERE / "ledger-0.7.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            Entry(case, group, field, _value(old), _value(new))
            for case, group, field, old, new in list(csv.reader(handle))[1:]
        )


@cache
def unmet() -> dict[tuple[str, str, str], str]:
    """(case, field, version) of what is not met, with the reason."""
    with (HERE / "ledger-unmet.csv").open(encoding="utf-8", newline="") as handle:
        return {
            (case, field, version): reason for case, field, version, reason in list(csv.reader(handle))[1:]
        }


def changed(case_id: str, path: Path) -> bool:
    """Whether the two versions differ in this leaf of a case, so that the stored number is that of 0.6 alone."""
    if path in ELSEWHERE:
        return True
    own = [entry for entry in entries() if entry.case == case_id]
    another_model = any(entry.field == "df" for entry in own)
    return another_model or any(_covers(entry, path) for entry in own)


def _covers(entry: Entry, path: Path) -> bool:
    if entry.group in FAMILIES or path[0] == "tests":
        errors = {"se", "z", "pvalue", "ci.lower", "ci.upper"}
        return {
            "est": path[0] in ("parameters", "standardized", "npar", "implied", "rsquare", "vcov"),
            "se": path[0] == "parameters" and path[-1] in errors,
            "std se": path[0] == "standardized" and path[-1] in errors,
            "vcov": path[0] == "vcov",
            "chisq": path[0] == "tests",
        }.get(entry.group, entry.group == path[0])
    if entry.group == "free":
        return path[-1] == "free"
    if path == ("logLik",):
        return entry.field == "logl"
    return path == ("fit", entry.field) or (path[0] == "npar" and entry.field == "npar")


def found(entry: Entry, result: dict[str, Any]) -> float | str | None:
    """Our value of an entry, from a result of the stored shape; None where there is none."""
    value = READERS.get(entry.group, _fit)(entry.field, result)
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


def met(entry: Entry, version: str, value: float | str | None) -> bool:
    """Whether a value is that of a version, within the tolerance class of the case."""
    wanted = entry.expected(version)
    if wanted is None or isinstance(wanted, str) or value is None or isinstance(value, str):
        return value == wanted
    path, expected = _path(entry, wanted)
    tolerance = CLASSES[_class(load_case(entry.case))]
    allowed = limit(path, expected, wanted, tolerance)
    return abs(value - wanted) <= (RELATIVE * abs(wanted) if allowed is None else allowed)


def _class(case: dict[str, Any]) -> str:
    """A comparison has the class of its models."""
    return case.get("tolerance_class") or (
        _class(load_case(case["models"][0])) if "models" in case else "tight"
    )


def _path(entry: Entry, wanted: float) -> tuple[Path, dict[Path, Any]]:
    """Where the tolerance is looked up."""
    if entry.group in ("est", "se"):
        path: Path = ("parameters", entry.field, entry.group)
    elif entry.group == "std":
        path = ("parameters", entry.field, "std.all")
    elif entry.group == "std se":
        path = ("standardized", entry.field, "se")
    elif entry.group == "vcov":
        return ("vcov", "0", "0"), {("vcov", "0", "0"): wanted}
    elif entry.group in ("implied", "rsquare"):
        path = (entry.group, entry.field)
    else:
        path = ("fit", entry.field.rpartition(".")[2] if entry.group == "tests" else entry.field)
        if entry.group in ("difference test", "tests list"):
            path = ("tests", "pvalue" if "Pr(" in entry.field else "stat")
    return path, {path: wanted}


def _fit(field: str, result: dict[str, Any]) -> float | None:
    return result["fit"].get(field)


def _row(name: str, column: str, rows: list[dict[str, Any]]) -> Any:
    text, _, group = name.partition(".g")
    for op in ("=~", "~~", "~1", "~"):
        if op in text:
            lhs, rhs = text.split(op, 1)
            wanted = {"lhs": lhs, "op": op, "rhs": rhs, "group": int(group or 1)}
            return next((row.get(column) for row in rows if row_key(row) == row_key(wanted)), None)
    raise ValueError(name)


def _standardized(field: str, result: dict[str, Any]) -> Any:
    kind, name = field.split()
    if kind == "standardizedSolution":
        return _row(name, "est.std", result["standardized"])
    return _row(name, kind, result["parameters"])


def _tested(field: str, result: dict[str, Any]) -> Any:
    for name, test in result["tests"].items():
        for column in ("stat", "df", "pvalue", "scaling.factor", "shift.parameter"):
            if field == f"{name}.{column}":
                return test[column]
    return None


def _variance(field: str, result: dict[str, Any]) -> Any:
    matrix, name = result["vcov"], field.partition(",")[0]
    at = matrix["colnames"].index(name)
    return matrix["values"][at][at]


def _implied_mean(field: str, result: dict[str, Any]) -> Any:
    group, _, name = field.rstrip(",").split()
    return list(result["implied"].values())[int(group[1:]) - 1]["mean"][name]


def _share(field: str, result: dict[str, Any]) -> Any:
    group, name = field.split("|")
    return result["rsquare"][group][name]


READERS: dict[str, Callable[[str, dict[str, Any]], Any]] = {
    "est": lambda field, result: _row(field, "est", result["parameters"]),
    "se": lambda field, result: _row(field, "se", result["parameters"]),
    "std": _standardized,
    "std se": lambda field, result: _row(field, "se", result["standardized"]),
    "tests": _tested,
    "tests list": lambda field, result: result["tests"].get(field[1:], {}).get("stat"),
    "vcov": _variance,
    "implied": _implied_mean,
    "rsquare": _share,
    "status": lambda field, result: result["status"],
}


def _value(cell: str) -> float | str | None:
    if not cell:
        return None
    try:
        return float(cell)
    except ValueError:
        return cell
