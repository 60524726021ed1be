"""`python -m tests.montecarlo.errors N SEED --out FILE`: do the errors of the estimates say how far they vary?

The models of the propositions are fitted to N samples of the pilot's population, as `theory.test` fits them, with
robust errors (the default) and with those of normal theory. No file is written and read, nothing is screened and no
gate is asked, so that rates of a few per cent can be told apart sooner. One row per sample, kind and quantity goes to
FILE as soon as it is there. Every solution of the population is an organization of its own.
"""

from __future__ import annotations

import argparse
import csv
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mlbc_stats import sem, survey
from mlbc_stats.theory import load_propositions
from mlbc_stats.theory.estimation import Estimation, settle
from mlbc_stats.theory.specifications.batches import read_cases
from mlbc_stats.theory.verdicts.judging import standardized
from tests.montecarlo.__main__ import TRUTH, Plan, answers

KINDS = {"robust": Estimation(), "normal": Estimation(estimator="ML", cluster="")}
COLUMNS = ("seed", "unknown", "errors", "proposition", "estimate", "se", "units")


def rows_of(plan: Plan, seed: int) -> Iterator[dict[str, Any]]:
    """One sample: a row per kind of errors and proposition."""
    responses = answers(plan, seed)
    screening = survey.screen(responses, exclude=[])
    registry = load_propositions()
    entries = [registry.proposition(name) for name in TRUTH]
    cases = read_cases(responses, screening, entries, controls=[])
    starts: dict[str, Any] = {}
    for kind, asked in KINDS.items():
        settled = settle(asked, cases.frame, cases.beside)
        for name, model in cases.models.items():
            fit = sem.fit(
                model.text,
                settled.frame,
                kind="sem",
                std_lv=True,
                start=starts.get(name),
                **settled.arguments,
            )
            starts.setdefault(name, fit)
            for entry in entries:
                if entry.model == name and fit.converged:
                    estimate, se = standardized(fit, entry.deciding[0])
                    row = (seed, plan.unknown, kind, entry.id, estimate, se, fit.nobs)
                    yield dict(zip(COLUMNS, row, strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, fit, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("samples", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--unknown", type=float, default=0.03)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    plan = Plan(given.units, given.unknown, wrong=False, cutoffs=0)
    with given.out.open("w", newline="", encoding="utf-8") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for seed in range(given.seed, given.seed + given.samples):
            writer.writerows(rows_of(plan, seed))
            file.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
