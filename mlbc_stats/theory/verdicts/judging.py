"""From fitted models to verdicts: gates, family levels, coefficients, outcomes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mlbc_stats.errors import ModelError
from mlbc_stats.theory.entries import DIRECTION, Proposition
from mlbc_stats.theory.propositions import Registry
from mlbc_stats.theory.verdicts.decision import LEVEL, Coefficient, Outcome, Verdict
from mlbc_stats.theory.verdicts.decision_forms import judge, judge_part
from mlbc_stats.theory.verdicts.gates import Gate
from mlbc_stats.theory.verdicts.multiplicity import holm_levels, joint_p
from mlbc_stats.theory.verdicts.quantity import Found, Quantity
from mlbc_stats.theory.verdicts.reasons import reason

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult

UNTRIED = "it is decided from the answers as they are, once, and not under other choices of analysis"


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
    parts, ungated = judge(
        entry.decision, found.quantities, entry.direction, effect, level, equivalence_level
    )
    shut = "; ".join((*(f"{gate.name}: {gate.finding}" for gate in closed), *found.doubts))
    outcome = Outcome.UNDECIDED if shut and obey else ungated
    return Verdict(
        proposition=entry.id,
        statement=entry.statement,
        outcome=outcome,
        reason=reason(entry.decision, outcome, parts, entry.direction, shut if obey else "", effect),
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

    A proposition with several coefficients enters its family with the p value of its claim as a whole (`joint_p`).
    """
    members: dict[str, list[Proposition]] = {}
    for entry in entries:
        members.setdefault(entry.family, []).append(entry)
    levels: dict[str, float] = {}
    for key, family in members.items():
        if registry.confirmatory(key, planned):
            pvalues = [joint_p(found[entry.id].quantities, entry.direction) for entry in family]
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
