"""What lavaan computes otherwise at our estimates: every number, by family, first what others rest on."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.errors import MlbcError, MlbcWarning
from mlbc_stats.sem import SemResult
from tests.fuzz.lavaan_side.asking import Pair
from tests.reference.adapter import SHAPERS
from tests.reference.leaves import Leaf, Path, flatten
from tests.reference.tolerance import FIML, ORDINAL, TIGHT, Tolerance, limit

FAMILIES = (
    "sample moments",
    "implied moments",
    "F",
    "degrees of freedom",
    "standard test",
    "other tests",
    "baseline",
    "indices",
    "estimates",
    "errors",
    "standardized",
    "errors of standardized",
    "modification",
    "residuals",
    "scores",
)
ESTIMATES = ("est", "std.lv", "std.all", "std.nox")
TESTED = ("stat", "df", "pvalue", "scaling.factor", "shift.parameter")
Found = Any
"""A fit of ours, or a table: what the type checker need not know here."""

KINDS = "tests fit parameters standardized implied sampstat modindices residuals factor_scores"


@dataclass(frozen=True, slots=True)
class Difference:
    """One number: where it stands, ours (NaN where we give none), theirs, and how often it exceeds the limit."""

    family: str
    path: Path
    here: float
    there: float
    times: float

    @property
    def withheld(self) -> bool:
        """True where we give no number."""
        return math.isnan(self.here)

    def __str__(self) -> str:
        here = "none" if self.withheld else f"{self.here:.8g}"
        return f"{self.family}: {'.'.join(self.path)}: {here} here, {self.there:.8g} there"


def differences(pair: Pair) -> list[Difference]:
    """All of them; none where one side has no answer."""
    there = pair.there.get("ours")
    if pair.fit is None or not there or "values" not in there:
        return []
    values = dict(there["values"])
    values["residuals"] = {
        kind: values.pop(kind) for kind in ("normalized", "standardized") if values.get(kind)
    }
    expected = {name: value for name, value in values.items() if name in KINDS.split() and value}
    wanted = flatten(expected)
    found = flatten(_shape(pair.fit, list(expected)))
    tolerance = tolerance_of(pair)
    compared = (_compare(path, wanted, found.get(path), tolerance, pair.fit) for path in wanted)
    return [each for each in compared if each is not None]


def numbers(fit: SemResult, fields: Sequence[str]) -> dict[Path, float]:
    """Ours of some fields, by path."""
    with np.errstate(all="ignore"):
        leaves = flatten(_shape(fit, list(fields)))
    return {path: float(leaf) for path, leaf in leaves.items() if isinstance(leaf, (int, float))}


def tolerance_of(pair: Pair) -> Tolerance:
    """That of the reference cases of the kind."""
    assert pair.fit is not None
    if pair.fit.method.ordinal:
        return ORDINAL
    if pair.case.arguments.get("missing") not in (None, "listwise"):
        return FIML
    return TIGHT


def _shape(fit: SemResult, fields: list[str]) -> dict[str, Any]:
    """Ours in the stored shape; a field that we refuse is missing."""
    out = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        for field in fields:
            try:
                out[field] = SHAPERS[field](fit)
            except MlbcError:
                continue
    return out


def _compare(
    path: Path, wanted: dict[Path, Leaf], here: Leaf | None, tolerance: Tolerance, fit: SemResult
) -> Difference | None:
    there, family = wanted[path], family_of(path)
    if family is None or not isinstance(there, (int, float)) or isinstance(there, bool):
        return None
    value = float(here) if isinstance(here, (int, float)) else math.nan
    allowed = limit(path, wanted, there, tolerance)
    if allowed is None or abs(value - there) <= allowed:
        return None
    times = abs(value - there) / max(allowed, 1e-300)
    return Difference(family, path, value, float(there), times)


def family_of(path: Path) -> str | None:
    """The family of a number; None for what is not compared, since it follows from others."""
    field, name = path[0], path[-1]
    if name == "n" or path[1].startswith("constraint"):
        return None
    plain = {"sampstat": "sample moments", "implied": "implied moments", "modindices": "modification",
             "residuals": "residuals", "factor_scores": "scores"}  # fmt: skip
    if field in plain:
        return plain[field]
    if field == "tests":
        if name not in TESTED:
            return None
        if name == "df":
            return "degrees of freedom"
        return "standard test" if path[1] == "standard" else "other tests"
    if field == "fit":
        if name == "fmin":
            return "F"
        return "baseline" if name.startswith("baseline") else "indices"
    if name == "se":
        return "errors" if field == "parameters" else "errors of standardized"
    if field == "standardized":
        return "standardized" if name == "est.std" else None
    return ("estimates" if name == "est" else "standardized") if name in ESTIMATES else None
