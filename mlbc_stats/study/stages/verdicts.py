"""Stage 6: what the data say about each proposition."""

from __future__ import annotations

from dataclasses import replace

from mlbc_stats.report import Figure, Table, forest, verdict_table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.theory import Outcome, TheoryResult

GATE = (
    "Gates come before verdicts: a closed one leaves the propositions that rest on it undecided. No proposition of "
    "this study compares groups, so invariance over groups is not asked for."
)


def verdicts(material: Material) -> Stage:
    """The verdicts with the rule, the intervals and the smallest effect of interest behind them."""
    result = material.theory
    found = result.verdicts
    return Stage(
        name="verdicts",
        title="Verdicts",
        short=_sentence(result),
        text=(GATE,),
        tables=(
            verdict_table(found, result.decision_rule, notes=result.notes, synthetic=material.synthetic),
            _gates(result, material.study.estimation.gates),
        ),
        figures=_intervals(material),
        problems=_problems(result),
    )


def _problems(result: TheoryResult) -> tuple[str, ...]:
    """Closed gates with the propositions that need them, and models that could not be fitted."""
    closed: dict[str, list[str]] = {}
    for verdict in result.verdicts:
        reason = verdict.gate or (verdict.reason if verdict.model not in result.fits else "")
        if reason:
            closed.setdefault(reason, []).append(verdict.proposition)
    return tuple(f"{', '.join(names)}: {reason}" for reason, names in closed.items())


def _gates(result: TheoryResult, obeyed: bool) -> Table:
    """Every gate, the closed ones first."""
    frame = result.gate_table().sort_values("state", kind="stable")
    notes = () if obeyed else ("Gates were not obeyed: the study asks for verdicts whatever they say.",)
    return Table.from_frame(frame, "Gates", notes=notes, index=False, identifier="gates")


def _intervals(material: Material) -> tuple[Figure, ...]:
    """The intervals of what could be tested; no figure where nothing could."""
    tested = [verdict for verdict in material.theory.verdicts if verdict.coefficients]
    if not tested:
        return ()
    return (replace(forest(tested, synthetic=material.synthetic), identifier="intervals"),)


def _sentence(result: TheoryResult) -> str:
    """The propositions by their outcome."""
    by_outcome = {
        outcome.value: [v.proposition for v in result.verdicts if v.outcome is outcome] for outcome in Outcome
    }
    return "; ".join(f"{outcome}: {', '.join(names)}" for outcome, names in by_outcome.items() if names) + "."
