"""From fitted models to verdicts: gates, family levels, coefficients, outcomes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mlbc_stats.errors import ModelError
from mlbc_stats.theory.propositions import Proposition, Registry
from mlbc_stats.theory.verdicts.decision import Coefficient, Outcome, Verdict, judge, two_sided_p
from mlbc_stats.theory.verdicts.decision_forms import combine
from mlbc_stats.theory.verdicts.multiplicity import holm_levels

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult


def judge_propositions(
    chosen: Sequence[Proposition],
    needed: Sequence[Proposition],
    registry: Registry,
    fits: Mapping[str, SemResult],
    smallest: float | None,
    level: float,
    equivalence_level: float,
) -> tuple[Verdict, ...]:
    """One verdict per chosen proposition; ``needed`` also holds the other members of their families."""
    gates = {name: gate(fit) for name, fit in fits.items()}
    levels = family_levels(needed, registry, fits, level)
    return tuple(
        verdict(entry, fits[entry.model], levels[entry.id], gates[entry.model], smallest, equivalence_level)
        for entry in chosen
    )


def verdict(
    entry: Proposition,
    fit: SemResult,
    level: float,
    closed: str,
    smallest: float | None,
    equivalence_level: float,
) -> Verdict:
    """The verdict on one proposition; a closed gate leaves it undecided whatever the numbers say."""
    effect = smallest if smallest is not None else entry.smallest_effect
    parts = tuple(
        judge(name, *standardized(fit, name), entry.direction, effect, level, equivalence_level)
        for name in entry.deciding
    )
    outcome = Outcome.UNDECIDED if closed else combine(entry.decision, [part.outcome for part in parts])
    return Verdict(
        proposition=entry.id,
        statement=entry.statement,
        outcome=outcome,
        reason=_reason(outcome, parts, closed, effect),
        coefficients=parts,
        decision=entry.decision,
        sign=entry.direction,
        smallest=effect,
        family=entry.family,
        model=entry.model,
        n=int(fit.nobs),
        label="associational",
        gate=closed,
    )


def family_levels(
    entries: Iterable[Proposition], registry: Registry, fits: Mapping[str, SemResult], level: float
) -> dict[str, float]:
    """Confidence level of each proposition: Holm's within confirmatory families, plain in the others.

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


def gate(fit: SemResult) -> str:
    """Why a fit must not be judged; empty when it may be."""
    if not fit.converged:
        return "the model did not converge: " + ("; ".join(fit.doubts) or "no solution was found")
    if fit.doubts:
        return "the solution cannot be trusted: " + "; ".join(fit.doubts)
    return ""


def _joint_p(entry: Proposition, fit: SemResult) -> float:
    found = [two_sided_p(*standardized(fit, name)) for name in entry.deciding]
    return math.nan if any(math.isnan(p) for p in found) else max(found)


def _reason(outcome: Outcome, parts: Sequence[Coefficient], closed: str, effect: float) -> str:
    if closed:
        return closed
    if len({part.outcome for part in parts}) > 1:
        found = (f"{part.name.split(':=')[0].strip()} {part.outcome.value}" for part in parts)
        return "the coefficients differ: " + ", ".join(found)
    if any(not math.isfinite(part.se) for part in parts):
        return "no standard error"
    widest = max(part.level for part in parts)
    if outcome is Outcome.NEGLIGIBLE:
        return f"the inner interval lies inside ±{effect:g}"
    if outcome is Outcome.UNDECIDED:
        return f"the {100 * widest:.4g} % interval holds zero and the inner one leaves ±{effect:g}"
    side = "the predicted side" if outcome is Outcome.SUPPORTED else "the other side"
    return f"the {100 * widest:.4g} % interval excludes zero on {side}"
