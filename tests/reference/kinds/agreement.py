"""Compare numbers with those of a case: every expected number must be there, finite and near."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from numbers import Real
from typing import Any

from tests.reference.kinds.columns import aligned, is_matrix
from tests.reference.kinds.corpus import Case

Path = tuple[str, ...]

# class: estimates (absolute, times max(1, |x|)), standard errors (relative), chi-squares and log-likelihoods (relative)
TOLERANCES = {
    "tight": (1e-5, 1e-4, 1e-6),
    "fiml": (5e-5, 5e-4, 1e-5),
    "ordinal": (2e-4, 2e-3, 1e-3),
    "loose": (1e-3, 5e-3, 1e-4),
    "efa": (2e-3, 5e-3, 1e-3),
    "range": (2e-2, 5e-2, 2e-2),
}
ERRORS = {"se", "ase", "se_robust", "se_exact"}
STATISTICS = {"chisq", "chi_square", "logl", "loglik", "logLik", "stat", "aic", "bic", "bic2", "unrestricted.logl",
              "baseline.chisq", "chisq.scaled", "bic_mclust", "icl_mclust", "gsq"}  # fmt: skip
# The value of a rotation criterion does not share the flatness of its loadings.
CRITERION = 1e-6
# Text fields name a row of a table; so do these numbers.
ROW_NUMBERS = ("group", "level", "n", "df", "classes")


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is missing, not finite or too far off; `limit` is None for what must be the same."""

    path: Path
    expected: Any
    got: Any
    limit: float | None

    def __str__(self) -> str:
        return f"{'.'.join(self.path)}: expected {self.expected!r}, got {self.got!r}, allowed {self.limit!r}"


def compare(case: Case, got: dict[str, Any], untested: Collection[str] = ()) -> tuple[int, list[Difference]]:
    """How many fields were compared, and which of them differ.

    Parameters
    ----------
    case : with `expected` and `tolerance_class`.
    got : of the same shape; it may hold more. Columns of rotated loadings may stand in any order and sign.
    untested : names or dotted paths to leave out; "all" leaves out everything.
    """
    if "all" in untested:
        return 0, []
    tolerance, free = TOLERANCES[case["tolerance_class"]], case["tolerance_class"] == "efa"
    wanted = _flat(case["expected"])
    found = _flat(aligned(case["expected"], got) if free else got)
    kept = {path: value for path, value in wanted.items() if not _left_out(path, untested)}
    checked = (_difference(path, value, found.get(path), tolerance) for path, value in kept.items())
    return len(kept), [one for one in checked if one is not None]


def _difference(path: Path, want: Any, got: Any, tolerance: tuple[float, float, float]) -> Difference | None:
    if isinstance(want, (str, bool)):
        return None if got == want and type(got) is type(want) else Difference(path, want, got, None)
    limit = allowed(path, want, tolerance)
    number = isinstance(got, Real) and not isinstance(got, bool) and math.isfinite(got)
    return None if number and abs(float(got) - want) <= limit else Difference(path, want, got, limit)


def allowed(path: Path, want: float, tolerance: tuple[float, float, float]) -> float:
    """The largest difference from `want` that its name and the case's class allow."""
    estimate, error, statistic = tolerance
    if any(name in ERRORS or name.startswith("se.") for name in path):
        return error * abs(want) + 1e-12
    relative = (
        statistic if STATISTICS & set(path) else min(estimate, CRITERION) if "criterion" in path else estimate
    )
    return relative * max(1.0, abs(want))


def _left_out(path: Path, untested: Collection[str]) -> bool:
    names = [name for name in path if not name.isdigit()]
    dotted = {".".join(names[:k]) for k in range(1, len(names) + 1)}
    ends = {f"{names[0]}.{names[-1]}"} if names else set()
    return any(name in untested for name in (*names, *dotted, *ends))


def _flat(node: Any) -> dict[Path, Any]:
    return dict(_leaves(node, ()))


def _leaves(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if node is None:
        return
    if is_matrix(node):
        for row, values in zip(node["rownames"], node["values"], strict=True):
            for column, value in zip(node["colnames"], values, strict=True):
                yield from _leaves(value, (*path, str(row), str(column)))
    elif isinstance(node, dict):
        for name, inner in node.items():
            yield from _leaves(inner, (*path, str(name)))
    elif isinstance(node, (list, tuple)):
        yield from _listed(node, path)
    else:
        yield path, node


def _listed(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Entries by position, with their number; rows of a table that holds text by that text."""
    table = bool(node) and all(isinstance(row, dict) for row in node)
    if not (table and any(isinstance(value, str) for value in node[0].values())):
        yield (*path, "length"), len(node)
        for place, inner in enumerate(node):
            yield from _leaves(inner, (*path, str(place)))
        return
    seen: dict[str, int] = {}
    for row in node:
        key = row_key(row)
        seen[key] = seen.get(key, 0) + 1
        for name, value in row.items():
            if not isinstance(value, str):
                yield from _leaves(value, (*path, f"{key} #{seen[key]}", str(name)))


def row_key(row: dict[str, Any]) -> str:
    """Name of a row: its text, a covariance the same in either order, and numbers that tell rows apart."""
    text = [value for value in row.values() if isinstance(value, str)]
    if row.get("op") == "~~":
        text = ["~~", *sorted((row.get("lhs", ""), row.get("rhs", "")))]
    whole = [
        name for name in ROW_NUMBERS if isinstance(row.get(name), Real) and float(row[name]).is_integer()
    ]
    numbers = [f"{name}={row[name]:g}" for name in whole]
    return " ".join([*text, *numbers])
