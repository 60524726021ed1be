"""What became of each case: alike, ours better, lavaan without a solution, explained, or not."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from tests.fuzz.lavaan_side.asking import Pair
from tests.fuzz.lavaan_side.differences import Difference, differences
from tests.fuzz.lavaan_side.evidence import Evidence
from tests.fuzz.lavaan_side.explained import reasons

WORSE = 1e-6
"""F, as lavaan counts it, by which one solution exceeds another."""

LOWER = "both inadmissible, lavaan lower"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case: how the two solutions stand, and the differences at our estimates with their reasons.

    Attributes
    ----------
    solution : how lavaan's own solution stands to ours, or "another objective" where lavaan gives our estimates another
        F than we do, so that the two values of F are of different functions.
    explained : each reason with the differences that it explains; open : those that nothing explains.
    """

    pair: Pair
    solution: str
    explained: dict[str, tuple[Difference, ...]]
    open: tuple[Difference, ...]

    @property
    def unexplained(self) -> bool:
        """True if somebody has to look at it."""
        return bool(self.open) or self.solution == "ours worse"


def judge(pair: Pair) -> Verdict:
    """Compare one case."""
    found: dict[str, list[Difference]] = {}
    evidence = Evidence(pair, tuple(differences(pair)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for each in evidence.found:
            found.setdefault(next(reasons(evidence, each), ""), []).append(each)
    entering = ("F", "sample moments") if "ordered" in pair.case.arguments else ("F",)
    moved = any(each.family in entering for each in evidence.found)
    unknown, solution = tuple(found.pop("", [])), solution_of(pair)
    if solution in ("ours worse", LOWER) and moved:
        solution = "another objective"
    return Verdict(pair, solution, {why: tuple(each) for why, each in found.items()}, unknown)


def solution_of(pair: Pair) -> str:
    """How lavaan's own solution stands to ours, both valued by lavaan."""
    own, ours = pair.there["own"], pair.there.get("ours")
    solved = "error" not in own and own["converged"] and own["fx"] is not None
    if pair.fit is None:
        return "ours without a solution" if solved and own["admissible"] else "neither"
    if not ours or "error" in ours:
        late = bool(ours) and "in time" in str(ours["error"])
        return "no answer in time" if late else "lavaan refuses our estimates"
    if not solved:
        return "lavaan without a solution"
    return _compared(own, ours)


def _compared(own: dict[str, Any], ours: dict[str, Any]) -> str:
    if own["fx"] - ours["fx"] > WORSE:
        return "ours better"
    if ours["fx"] - own["fx"] <= WORSE:
        return "alike"
    if own["admissible"]:
        return "ours worse"
    return "lavaan inadmissible" if ours["admissible"] else LOWER
