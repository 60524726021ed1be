"""From fitted models to verdicts: gates, family levels, coefficients, outcomes."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mlbc_stats.errors import ModelError
from mlbc_stats.theory.entries import DIRECTION, Proposition
from mlbc_stats.theory.propositions import Registry
from mlbc_stats.theory.verdicts.decision import LEVEL, Coefficient, Outcome, Verdict
from mlbc_stats.theory.verdicts.decision_forms import combine, judge_part
from mlbc_stats.theory.verdicts.gates import Gate
from mlbc_stats.theory.verdicts.multiplicity import holm_levels
from mlbc_stats.theory.verdicts.quantity import Found, Quantity

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult

UNTRIED = "it is decided from the answers as they are, once, and not under other choices of analysis"
REASONS: Mapping[str, Mapping[Outcome, str]] = {
    "non_inferiority": {
        Outcome.SUPPORTED: "less than {effect:g} is lost",
        Outcome.OPPOSITE: "more than {effect:g} is lost",
        Outcome.UNDECIDED: "whether {effect:g} is lost cannot be told",
    },
    "necessity": {
        Outcome.SUPPORTED: "the effect size reaches {effect:g} and is no accident of the sample",
        Outcome.NEGLIGIBLE: "the effect size stays below {effect:g}",
        Outcome.UNDECIDED: "the effect size is below {effect:g}, or as large by chance",
    },
}
"""Why a form whose rule is not about zero came to an outcome."""


def judge_propositions(
    chosen: Sequence[Proposition],
    needed: Sequence[Proposition],
    registry: Registry,
    found: Mapping[str, Found],
    closed: Mapping[str, tuple[Gate, ...]],
    impossible: Mapping[str, str],
    smallest: float | None,
    level: float,
    equivalence_level: float,
    obey: bool,
    planned: Container[str] = (),
) -> tuple[Verdict, ...]:
    """One verdict per chosen proposition; ``needed`` also holds the other members of their families.

    ``found`` holds the quantities of every proposition that has some, ``closed`` the closed gates that concern a
    proposition, ``impossible`` why it cannot be tested, by its id; ``planned`` the families whose power was planned.
    """
    tested = [entry for entry in needed if entry.id in found and entry.id not in impossible]
    levels = family_levels(tested, registry, found, level, planned)
    return tuple(
        not_testable(entry, impossible.get(entry.id, UNTRIED), smallest)
        if entry.id not in levels
        else verdict(
            entry,
            found[entry.id],
            levels[entry.id],
            closed.get(entry.id, ()),
            smallest,
            equivalence_level,
            obey,
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
    found: Found,
    level: float,
    closed: Sequence[Gate],
    smallest: float | None,
    equivalence_level: float,
    obey: bool = True,
) -> Verdict:
    """The verdict on one proposition; a closed gate leaves it undecided whatever the numbers say, if obeyed."""
    effect = smallest if smallest is not None else entry.smallest_effect
    parts = tuple(
        judge_part(entry.decision, one, entry.direction, effect, level, equivalence_level)
        for one in found.quantities
    )
    ungated = combine(entry.decision, [part.outcome for part in parts])
    shut = "; ".join((*(f"{gate.name}: {gate.finding}" for gate in closed), *found.doubts))
    outcome = Outcome.UNDECIDED if shut and obey else ungated
    return Verdict(
        proposition=entry.id,
        statement=entry.statement,
        outcome=outcome,
        reason=_reason(entry.decision, outcome, parts, shut if obey else "", effect),
        coefficients=parts,
        decision=entry.decision,
        sign=entry.direction,
        smallest=effect,
        family=entry.family,
        model=entry.model,
        n=found.n,
        label="associational" if entry.design.waves == 1 else "predictive",
        gate=shut,
        ungated=ungated,
        beside=_judged_beside(entry, found, effect, equivalence_level),
    )


def _judged_beside(
    entry: Proposition, found: Found, effect: float, equivalence_level: float
) -> tuple[Coefficient, ...]:
    """Quantities beside a verdict by the single-coefficient rule, never adjusted."""
    sides = {one.quantity: DIRECTION[one.sign] for one in entry.beside}
    return tuple(
        judge_part("single", one, sides[one.name], effect, LEVEL, equivalence_level)
        for one in found.beside
        if one.name in sides
    )


def family_levels(
    entries: Iterable[Proposition],
    registry: Registry,
    found: Mapping[str, Found],
    level: float,
    planned: Container[str] = (),
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
        if registry.confirmatory(key, planned):
            pvalues = [_joint_p(found[entry.id]) for entry in family]
            adjusted = holm_levels(pvalues, 1 - level).tolist()
        else:
            adjusted = [level] * len(family)
        levels |= dict(zip((entry.id for entry in family), adjusted, strict=True))
    return levels


def from_fits(
    entries: Iterable[Proposition], fits: Mapping[str, SemResult], impossible: Container[str] = ()
) -> dict[str, Found]:
    """The deciding quantities of the propositions whose models were fitted, standardized."""
    return {
        entry.id: Found(
            tuple(Quantity(name, *standardized(fits[entry.model], name)) for name in entry.deciding),
            int(fits[entry.model].nobs),
            beside=tuple(_beside(entry, fits)),
        )
        for entry in entries
        if entry.model in fits and entry.id not in impossible
    }


def _beside(entry: Proposition, fits: Mapping[str, SemResult]) -> Iterator[Quantity]:
    """What stands beside the deciding quantities, of the models that were fitted and hold it."""
    for one in entry.beside:
        if one.model not in fits:
            continue
        try:
            yield Quantity(one.quantity, *standardized(fits[one.model], one.quantity))
        except ModelError:
            continue


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


def _joint_p(found: Found) -> float:
    values = [quantity.pvalue for quantity in found.quantities]
    return math.nan if any(math.isnan(p) for p in values) else max(values)


def _reason(form: str, outcome: Outcome, parts: Sequence[Coefficient], closed: str, effect: float) -> str:
    if closed:
        return closed
    if any(not math.isfinite(part.lower) for part in parts) and form != "necessity":
        return "no standard error"
    if len({part.outcome for part in parts}) > 1:
        found = (f"{part.name.split(':=')[0].strip()} {part.outcome.value}" for part in parts)
        return "the coefficients differ: " + ", ".join(found)
    if form in REASONS:
        return REASONS[form][outcome].format(effect=effect)
    widest = max(part.level for part in parts)
    if outcome is Outcome.NEGLIGIBLE:
        return f"the inner interval lies inside ±{effect:g}"
    if outcome is Outcome.UNDECIDED:
        return f"the {100 * widest:.4g} % interval holds zero and the inner one leaves ±{effect:g}"
    if parts and outcome is Outcome.SUPPORTED:
        return f"the {100 * widest:.4g} % interval excludes zero on the predicted side"
    return f"the {100 * widest:.4g} % interval excludes zero on the other side"
