"""Differences whose reason is known: each names the row of docs/differences.md that tells it, or lavaan's own word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.fuzz.lavaan_side.asking import Pair
from tests.fuzz.lavaan_side.differences import Difference


@dataclass(frozen=True, slots=True)
class Reason:
    """A row of docs/differences.md (its first cell, or its first words) and when it applies."""

    row: str
    applies: Callable[[Pair, Difference], bool]


def reasons(pair: Pair, difference: Difference) -> Iterator[str]:
    """Every reason that explains this difference, the first is named in the table."""
    for reason in REASONS:
        if reason.applies(pair, difference):
            yield reason.row


def said(pair: Pair, *texts: str) -> bool:
    """True if lavaan warned of one of these at our estimates."""
    ours = pair.there["ours"]
    words = " ".join([*map(str, ours.get("warnings", ())), *map(str, ours.get("faults", ()))])
    return any(text in words for text in texts)


def _given(pair: Pair, name: str, *values: str) -> bool:
    return pair.case.arguments.get(name) in values


def _undetermined(pair: Pair, difference: Difference) -> bool:
    assert pair.fit is not None
    return any("do not determine" in text or "not identified" in text for text in pair.fit.warnings)


def _inverted(difference: Difference) -> bool:
    """True for numbers that rest on an inverse which lavaan replaces by a generalized one."""
    return difference.family in ("other tests", "indices", "errors", "modification", "residuals", "scores")


def _robust(difference: Difference, *names: str) -> bool:
    name = difference.path[-1]
    return difference.family == "indices" and "robust" in name and any(part in name for part in names)


DIAGONAL = ("DWLS", "WLSM", "WLSMV")
FULL = ("fiml", "ml.x")
REASONS = (
    Reason("modification indices after two stages",
           lambda p, d: d.family == "modification" and _given(p, "missing", "two.stage", "robust.two.stage")),
    Reason("variables that are never observed together",
           lambda p, d: "never together" in p.case.traits and _given(p, "missing", *FULL)),
    Reason("Γ of continuous data with sampling weights",
           lambda p, d: "sampling_weights" in p.case.arguments and "ordered" not in p.case.arguments
           and _given(p, "estimator", *DIAGONAL, "WLS", "ULSMV")),
    Reason("Bartlett scores of second-order factors",
           lambda p, d: d.path[:2] == ("factor_scores", "Bartlett") and "g =~ f1" in p.case.structure.model),
    Reason("SRMR of mixed ordinal and continuous data by WLS",
           lambda p, d: d.family == "indices" and "rmr" in d.path[-1] and "ordered" in p.case.arguments
           and _given(p, "estimator", "WLS")),
    Reason("robust indices of FIML with MLF",
           lambda p, d: _robust(d, "") and _given(p, "estimator", "MLF") and _given(p, "missing", *FULL)),
    Reason("robust CFI and TLI of WLSM and WLSMV of continuous data",
           lambda p, d: _robust(d, "cfi", "tli", "nnfi", "rni") and _given(p, "estimator", *DIAGONAL)
           and "ordered" not in p.case.arguments),
    Reason("parameters that the data do not determine", _undetermined),
    Reason("inverses that lavaan replaces",
           lambda p, d: _inverted(d) and said(p, "factor 1000 times larger", "Could not compute standard errors")),
    Reason("EM that stopped early in lavaan", lambda p, d: said(p, "Maximum number of iterations reached")),
    Reason("residuals divided by rounding", lambda p, d: d.family == "residuals" and abs(d.there) > 1e6),
)  # fmt: skip
