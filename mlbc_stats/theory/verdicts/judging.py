"""From fitted models to verdicts: gates, family levels, coefficients, outcomes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mlbc_stats.errors import ModelError
from mlbc_stats.theory.propositions import Proposition, Registry
from mlbc_stats.theory.verdicts.decision import Coefficient, Outcome, Verdict, judge, two_sided_p
from mlbc_stats.theory.verdicts.decision_forms import combine
from mlbc_stats.theory.verdicts.gates import Gate
from mlbc_stats.theory.verdicts.multiplicity import holm_levels

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult


def judge_propositions(
    chosen: Sequence[Proposition],
    needed: Sequence[Proposition],
    registry: Registry,
    fits: Mapping[str, SemResult],
    closed: Mapping[str, tuple[Gate, ...]],
    impossible: Mapping[str, str],
    smallest: float | None,
    level: float,
    equivalence_level: float,
    obey: bool,
) -> tuple[Verdict, ...]:
    """One verdict per chosen proposition; ``needed`` also holds the other members of their families.

    ``closed`` holds the closed gates that concern a proposition, ``impossible`` why it cannot be tested, by its id.
    """
    tested = [entry for entry in needed if entry.id not in impossible]
    levels = family_levels(tested, registry, fits, level)
    return tuple(
        not_testable(entry, impossible[entry.id], smallest)
        if entry.id in impossible
        else verdict(
            entry, fits[entry.model], levels[entry.id], closed[entry.id], smallest, equivalence_level, obey
        )
        for entry in chosen
    )


def not_testable(entry: Proposition, reason: str, smallest: float | None) -> Verdict:
    """The verdict on a proposition that these answers cannot decide, whatever they say."""
    return Verdict(
        proposition=entry.id,
        statement=entry.statement,
        outcome=Outcome.NOT_TESTABLE,
        reason=reason,
        coefficients=(),
        decision=entry.decision,
        sign=entry.direction,
        smallest=smallest if smallest is not None else entry.smallest_effect,
        family=entry.family,
        model=entry.model,
        n=0,
        label="",
        gate="",
        ungated=Outcome.NOT_TESTABLE,
    )


def verdict(
    entry: Proposition,
    fit: SemResult,
    level: float,
    closed: Sequence[Gate],
    smallest: float | None,
    equivalence_level: float,
    obey: bool = True,
) -> Verdict:
    """The verdict on one proposition; a closed gate leaves it undecided whatever the numbers say, if obeyed."""
    effect = smallest if smallest is not None else entry.smallest_effect
    parts = tuple(
        judge(name, *standardized(fit, name), entry.direction, effect, level, equivalence_level)
        for name in entry.deciding
    )
    ungated = combine(entry.decision, [part.outcome for part in parts])
    outcome = Outcome.UNDECIDED if closed and obey else ungated
    shut = "; ".join(f"{gate.name}: {gate.finding}" for gate in closed)
    return Verdict(
        proposition=entry.id,
        statement=entry.statement,
        outcome=outcome,
        reason=_reason(outcome, parts, shut if obey else "", effect),
        coefficients=parts,
        decision=entry.decision,
        sign=entry.direction,
        smallest=effect,
        family=entry.family,
        model=entry.model,
        n=int(fit.nobs),
        label="associational",
        gate=shut,
        ungated=ungated,
    )


def family_levels(
    entries: Iterable[Proposition], registry: Registry, fits: Mapping[str, SemResult], level: float
) -> dict[str, float]:
    """Confidence level of each proposition tested: Holm's within confirmatory families, plain in the others.

    A proposition with several coefficients enters its family with the largest of their p values, which is
    the p value of its intersection–union test.
    """
    members: dict[str, list[Proposition]] = {}
    for entry in entries:
        members.setdefault(entry.family, []).append(entry)
    levels: dict[str, float] = {}
    for key, family in members.items():
        if registry.families[key].role == "confirmatory":
            pvalues = [_joint_p(entry, fits[entry.model]) for entry in family]
            adjusted = holm_levels(pvalues, 1 - level).tolist()
        else:
            adjusted = [level] * len(family)
        levels |= dict(zip((entry.id for entry in family), adjusted, strict=True))
    return levels


def standardized(fit: SemResult, quantity: str) -> tuple[float, float]:
    """Standardized value and delta-method error of "y ~ x" or of "name := expression".

    Raises
    ------
    ModelError
        when the fitted model does not hold the quantity.
    """
    frame = fit.standardized
    if ":=" in quantity:
        left = quantity.split(":=", 1)[0].strip()
        found = frame[(frame["op"] == ":=") & (frame["lhs"] == left)]
    else:
        left, right = (side.strip() for side in quantity.split("~"))
        found = frame[(frame["op"] == "~") & (frame["lhs"] == left) & (frame["rhs"] == right)]
    if len(found) != 1:
        raise ModelError(f"the fitted model holds {quantity!r} {len(found)} times, expected once")
    row = found.iloc[0]
    return float(row["est_std"]), float(row["se"])


def _joint_p(entry: Proposition, fit: SemResult) -> float:
    found = [two_sided_p(*standardized(fit, name)) for name in entry.deciding]
    return math.nan if any(math.isnan(p) for p in found) else max(found)


def _reason(outcome: Outcome, parts: Sequence[Coefficient], closed: str, effect: float) -> str:
    if closed:
        return closed
    if any(not math.isfinite(part.se) for part in parts):
        return "no standard error"
    if len({part.outcome for part in parts}) > 1:
        found = (f"{part.name.split(':=')[0].strip()} {part.outcome.value}" for part in parts)
        return "the coefficients differ: " + ", ".join(found)
    widest = max(part.level for part in parts)
    if outcome is Outcome.NEGLIGIBLE:
        return f"the inner interval lies inside ±{effect:g}"
    if outcome is Outcome.UNDECIDED:
        return f"the {100 * widest:.4g} % interval holds zero and the inner one leaves ±{effect:g}"
    side = "the predicted side" if outcome is Outcome.SUPPORTED else "the other side"
    return f"the {100 * widest:.4g} % interval excludes zero on {side}"
