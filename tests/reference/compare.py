"""Compare a result with a stored case of kind sem, on every non-null expected field."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from numbers import Real
from typing import Any

from tests.reference.alignment import align_factors
from tests.reference.corpus import Case, untested
from tests.reference.leaves import Leaf, Path, flatten
from tests.reference.tolerance import CLASSES, Tolerance, limit

ERROR_FIELDS = ("se", "z", "pvalue", "ci.lower", "ci.upper")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is missing, not finite or too far off."""

    path: Path
    expected: Leaf
    got: Leaf | None
    limit: float | None

    def __str__(self) -> str:
        where = ".".join(self.path)
        if self.got is None:
            return f"{where}: missing (expected {self.expected!r})"
        return f"{where}: expected {self.expected!r}, got {self.got!r}, allowed {self.limit!r}"


def compare_sem(case: Case, got: dict[str, Any], fields: Collection[str] | None = None) -> list[Difference]:
    """Everything expected must be in `got`, finite and within the case's tolerance class.

    Parameters
    ----------
    case : a stored case of kind sem.
    got : a dictionary of the same shape as `case["expected"]` (see the README beside this file).
    fields : what to compare, as a table (`"parameters"`) or a prefix of its fields (`"fit.cfi"`,
        `"parameters.std"`); None compares all. Rows of tables are not part of the name.

    Returns
    -------
    The differences, empty when all is well. Fields that annotations.json lists are left out; it says why.
    """
    tol = CLASSES[case["tolerance_class"]]
    expected = flatten(_relevant(case["expected"], fields))
    found = flatten(_relevant(align_factors(case, got), fields))
    wanted = {p: v for p, v in expected.items() if selected(p, fields) and not skipped(case["id"], p)}
    checked = (_difference(path, expected, found.get(path), tol) for path in wanted)
    return [difference for difference in checked if difference is not None]


def _relevant(result: dict[str, Any], fields: Collection[str] | None) -> dict[str, Any]:
    tables = None if fields is None else {field.split(".")[0] for field in fields}
    return {name: value for name, value in result.items() if tables is None or name in tables}


def selected(path: Path, fields: Collection[str] | None) -> bool:
    """True if one of the prefixes names this leaf."""
    names = (path[0], f"{path[0]}.{path[1]}" if len(path) > 1 else "", f"{path[0]}.{path[-1]}")
    return fields is None or any(name.startswith(field) for field in fields for name in names)


def skipped(case_id: str, path: Path) -> bool:
    """True if annotations.json says that this field is not to be tested."""
    here = untested().get(case_id, {})
    skip = [part.strip() for part in here.get("skip", "").split(",")]
    if "all" in skip:
        return True
    if "srmr family" in skip and path[0] == "fit" and "rmr" in path[-1]:
        return True
    if path[0] == "fit" and path[-1] in here.get("skip_fit", ()):
        return True
    return "se" in skip and _is_error(path)


def _is_error(path: Path) -> bool:
    return path[0] == "vcov" or (path[0] in ("parameters", "standardized") and path[-1] in ERROR_FIELDS)


def _difference(
    path: Path, expected: dict[Path, Leaf], got: Leaf | None, tol: Tolerance
) -> Difference | None:
    value = expected[path]
    if isinstance(value, list):
        return _list_difference(path, expected, got, tol)
    if isinstance(value, (str, bool)):
        return None if got == value and type(got) is type(value) else Difference(path, value, got, None)
    allowed = limit(path, expected, value, tol)
    return None if allowed is None or _close(got, value, allowed) else Difference(path, value, got, allowed)


def _list_difference(
    path: Path, expected: dict[Path, Leaf], got: Leaf | None, tol: Tolerance
) -> Difference | None:
    value = expected[path]
    if not isinstance(value, list) or not isinstance(got, list) or len(got) != len(value):
        return Difference(path, value, got, None)
    for index, entry in enumerate(value):
        if isinstance(entry, str):
            if got[index] != entry:
                return Difference(path, value, got, None)
        elif not _close(got[index], entry, limit(path, expected, entry, tol) or 0.0):
            return Difference(path, value, got, limit(path, expected, entry, tol))
    return None


def _close(got: object, value: float, allowed: float) -> bool:
    if not isinstance(got, Real) or isinstance(got, bool):
        return False
    return math.isfinite(got) and abs(float(got) - value) <= allowed
