"""`python -m tests.montecarlo.propositions [i/N]`: every proposition that can be simulated, true and false.

Samples of 400 solutions are drawn with every deciding quantity .20 and with all of them zero; those of the deciders
with the sizes of `deciders/constructed.py`. With i/N one part of each is computed alone, on any machine; a run that was
stopped goes on. Without, what is missing is computed and docs/recovered.md written. SYNTHETIC throughout.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlbc_stats import planning, theory
from mlbc_stats.planning.executors.local import PlanResult
from mlbc_stats.planning.monte_carlo.plan import Plan
from mlbc_stats.planning.monte_carlo.summary import Summary
from tests.montecarlo.deciders import decided
from tests.montecarlo.deciders.constructed import CONSTRUCTED
from tests.montecarlo.deciders.decided import Shares

RESULTS = Path(__file__).with_name("results")
PAGE = Path(__file__).parents[2] / "docs" / "recovered.md"
SIMULATED = ("M1", "M2", "M3", "M4", "M5", "M5r", "M6", "M8a", "M8b", "M12", "M13")
PLAN = Plan(propositions=SIMULATED, n=(400,), effect=(0.0, 0.2), replications=500)
ALONE = Plan(propositions=("M13",), n=(400,), effect=(0.0, 0.2), replications=500)
"""Indirect effects are products of paths that others are about; by itself, each of these is the root of the effect."""
SEVERAL = Plan(
    propositions=("M17", "M19", "M21", "M22"),
    n=(400,),
    effect=(0.0, 0.2),
    replications=500,
    instrument="mlbc_alignment+mlbc_capability+mlbc_cycles",
)
"""Propositions about what several instruments ask."""
HEAD = """# Recovery: every proposition drawn true and false

Made by `python -m tests.montecarlo.propositions`; change nothing here. **SYNTHETIC**: every sample is drawn from a
declared population ([planning.md](planning.md)). Samples of {n} units each, as many of either population as the row
says; rows of fewer than 100 tell gross errors only.
*True* with coverage: every deciding quantity is .20 on its predicted side (M13, of products of paths, alone), answers
in seven categories, reliability .85, seed {seed}, plan {hash}, judged at the level of one interval; true without
coverage: answers made from scores of the constructs, the size that the second table declares, judged by `theory.test`
itself without simulated cutoffs of fit. *Null*: every quantity that is claimed is zero. Power is the share of samples
whose verdict is *supported*, with its Monte Carlo error; under the null that is a false finding, nominally .025 for one
coefficient and far less for joint claims and indirect effects, which need several. *Formula*: between perfectly
reliable scores. Coverage is that of the 95 % interval; *solved*: samples with a solution, or with a verdict. Of the
others the table says the model and form that decide them; no simulation serves these yet.

| id | model | samples | true: power | formula | coverage | Type M | null: supported | opposite | coverage | solved |
|---|---|---|---|---|---|---|---|---|---|---|
"""
SIZES = """
What is true where it is no coefficient of .20 (`tests/montecarlo/deciders/constructed.py`), seed {seed}:

| proposition | true size | of what |
|---|---|---|
"""


def main(part: str | None) -> None:
    """Compute one part, or what is missing and the page."""
    RESULTS.mkdir(exist_ok=True)
    if part is not None:
        i, count = (int(each) for each in part.split("/"))
        planning.simulate(PLAN, record=RESULTS / f"propositions-{i}-of-{count}.jsonl", shard=(i, count))
        own = RESULTS / f"decided-{i}-of-{count}.jsonl"
        decided.complete(own, [own, RESULTS / "decided.jsonl"], (i, count))
        return
    parts = sorted(RESULTS.glob("propositions-*-of-*.jsonl"))
    found = planning.merge(parts) if parts else planning.simulate(PLAN, record=RESULTS / "propositions.jsonl")
    alone = planning.simulate(ALONE, record=RESULTS / "indirect.jsonl")
    several = planning.simulate(SEVERAL, record=RESULTS / "several.jsonl")
    decided.complete(RESULTS / "decided.jsonl", verdict_files())
    PAGE.write_text(
        page((found, alone, several), decided.shares(decided.stored(verdict_files()))), encoding="utf-8"
    )


def verdict_files() -> list[Path]:
    """The file of verdicts and those of its shards."""
    return [RESULTS / "decided.jsonl", *sorted(RESULTS.glob("decided-*-of-*.jsonl"))]


def page(results: Sequence[PlanResult], verdicts: Mapping[tuple[str, bool], Shares]) -> str:
    """The page: one row for each proposition of the registry; `results` begin with that of the plan it names."""
    plan = results[0].plan
    summaries = {
        (each.proposition, each.condition.effect): (each, result.plan.replications)
        for result in results
        for each in result.summaries
    }
    lines = []
    for entry in theory.load_propositions().propositions:
        if (entry.id, 0.2) in summaries:
            true, samples = summaries[entry.id, 0.2]
            lines.append(row(true, summaries[entry.id, 0.0][0], samples))
        elif {(entry.id, True), (entry.id, False)} <= set(verdicts):
            lines.append(
                verdict_row(entry.id, entry.model, verdicts[entry.id, True], verdicts[entry.id, False])
            )
        else:
            form = entry.decision.replace("_", " ")
            lines.append(f"| {entry.id} | {entry.model} | not simulated: {form} |" + " |" * 8)
    declared = [
        f"| {name} | {one.size:.2f} | {one.means} |"
        for name, one in CONSTRUCTED.items()
        if (name, True) in verdicts
    ]
    head = HEAD.format(n=plan.n[0], seed=plan.seed, hash=plan.hash[:12])
    sizes = SIZES.format(seed=decided.SEED)
    return head + "\n".join(lines) + "\n" + sizes + "\n".join(declared) + "\n"


def row(true: Summary, null: Summary, samples: int) -> str:
    """One proposition, true and false."""
    formula = "—" if true.analytic != true.analytic else f"{true.analytic:.2f}"
    cells = [
        true.proposition,
        true.model,
        str(samples),
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


def verdict_row(name: str, model: str, true: Shares, null: Shares) -> str:
    """One proposition by verdicts alone."""
    counts = dict.fromkeys((true.samples, null.samples))
    cells = [
        name,
        model,
        " / ".join(str(count) for count in counts),
        f"{true.supported:.3f} ({true.error:.3f})",
        "—",
        "—",
        "—",
        f"{null.supported:.3f} ({null.error:.3f})",
        f"{null.opposite:.3f}",
        "—",
        f"{min(true.solved, null.solved):.3f}",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
