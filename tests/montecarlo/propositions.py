"""`python -m tests.montecarlo.propositions [i/N]`: every proposition that can be simulated, true and false.

Samples of 400 solutions are drawn with every deciding quantity .20 and with all of them zero. With i/N one part is
computed alone, on any machine; a run that was stopped goes on. Without, what is missing is computed and
docs/recovered.md written. SYNTHETIC throughout.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mlbc_stats import planning, theory
from mlbc_stats.planning.executors.local import PlanResult
from mlbc_stats.planning.monte_carlo.plan import Plan
from mlbc_stats.planning.monte_carlo.summary import Summary

RESULTS = Path(__file__).with_name("results")
PAGE = Path(__file__).parents[2] / "docs" / "recovered.md"
SIMULATED = ("M1", "M2", "M3", "M4", "M5", "M5r", "M6", "M8a", "M8b", "M12", "M13")
PLAN = Plan(propositions=SIMULATED, n=(400,), effect=(0.0, 0.2), replications=500)
ALONE = Plan(propositions=("M13",), n=(400,), effect=(0.0, 0.2), replications=500)
"""Indirect effects are products of paths that others are about; by itself, each of these is the root of the effect."""
HEAD = """# Recovery: every proposition drawn true and false

Made by `python -m tests.montecarlo.propositions`; change nothing here. **SYNTHETIC**: every sample is drawn from a
declared population ([planning.md](planning.md)). {samples} samples of {n} solutions each, answers in seven categories,
reliability .85, seed {seed}, plan {hash}.
*True*: every deciding quantity is .20 on its predicted side (M13, of products of paths, by itself); *null*: all of
them are zero. Power is the share of samples whose verdict is *supported* at the level of one interval, with its Monte
Carlo error; under the null that is a false finding, nominally .025 for one coefficient and far less for joint claims
and indirect effects, which need several. *Formula*: between perfectly reliable scores. Coverage is that of the 95 %
interval. Of the others the table says the model and form that decide them; no simulation serves these yet.

| proposition | model | true: power | formula | coverage | Type M | null: supported | opposite | coverage | solved |
|---|---|---|---|---|---|---|---|---|---|
"""


def main(part: str | None) -> None:
    """Compute one part, or what is missing and the page."""
    RESULTS.mkdir(exist_ok=True)
    if part is not None:
        i, count = (int(each) for each in part.split("/"))
        planning.simulate(PLAN, record=RESULTS / f"propositions-{i}-of-{count}.jsonl", shard=(i, count))
        return
    parts = sorted(RESULTS.glob("propositions-*-of-*.jsonl"))
    found = planning.merge(parts) if parts else planning.simulate(PLAN, record=RESULTS / "propositions.jsonl")
    alone = planning.simulate(ALONE, record=RESULTS / "indirect.jsonl")
    PAGE.write_text(page(found, alone), encoding="utf-8")


def page(found: PlanResult, alone: PlanResult) -> str:
    """The page: one row for each proposition of the registry."""
    summaries = (*found.summaries, *alone.summaries)
    rows = {(each.proposition, each.condition.effect): each for each in summaries}
    registry = theory.load_propositions()
    head = HEAD.format(
        samples=found.plan.replications, n=found.plan.n[0], seed=found.plan.seed, hash=found.plan.hash[:12]
    )
    lines = [
        row(rows[entry.id, 0.2], rows[entry.id, 0.0])
        if (entry.id, 0.2) in rows
        else f"| {entry.id} | {entry.model} | not simulated: {entry.decision.replace('_', ' ')} |" + " |" * 7
        for entry in registry.propositions
    ]
    return head + "\n".join(lines) + "\n"


def row(true: Summary, null: Summary) -> str:
    """One proposition, true and false."""
    formula = "—" if true.analytic != true.analytic else f"{true.analytic:.2f}"
    cells = [
        true.proposition,
        true.model,
        f"{true.power:.3f} ({true.power_error:.3f})",
        formula,
        f"{true.coverage:.3f}",
        f"{true.type_m:.2f}",
        f"{null.power:.3f} ({null.power_error:.3f})",
        f"{null.opposite:.3f}",
        f"{null.coverage:.3f}",
        f"{min(true.converged, null.converged):.3f}",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
