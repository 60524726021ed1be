"""`python -m tests.montecarlo N SEED`: N samples through the whole study path, and what became of the truth.

Each sample is drawn from the pilot's population without careless answers and without missing ones, loses a share of its
answers to "I do not know", is written to a file, read, screened and tested. Printed, per proposition: coverage of the
95 % interval, bias, the spread of the estimates over their mean error, and how often each verdict was given. With
`--wrong` six pairs of items trade places first, so that no model is right, and the gates ought to close.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from mlbc_stats import survey, theory
from mlbc_stats.parallel import run
from mlbc_stats.survey import MissingReason, Responses

TRUTH = {"M1": -0.45, "M2": 0.0, "M3": -0.30, "M4": 0.50, "M12": 0.45, "M5r": -0.25}
TWO_SIDED = 1.959963984540054
TRADED = (
    ("tc_pace_1", "oml_data_1"),
    ("tc_timing_1", "ftc_sync_1"),
    ("cs_task_1", "aln_state_1"),
    ("cs_org_1", "cap_value_1"),
    ("oml_learn_1", "cs_env_1"),
    ("ftc_roles_1", "cap_reliable_1"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn: solutions a sample, share of "I do not know", wrong models, samples behind the cutoffs."""

    units: int
    unknown: float
    wrong: bool
    cutoffs: int


def answers(plan: Plan, seed: int) -> Responses:
    """One sample as its respondents gave it."""
    whole = survey.simulate(survey.pilot_population().clean(), n=plan.units, seed=seed)
    codes, reasons = whole.codes.copy(), whole.reasons.copy()
    if plan.wrong:
        ids = list(whole.item_ids)
        for pair in TRADED:
            there = [ids.index(name) for name in pair]
            codes[:, there], reasons[:, there] = codes[:, there[::-1]], reasons[:, there[::-1]]
    lost = (np.random.default_rng(seed).random(codes.shape) < plan.unknown) & (reasons == 0)
    codes[lost], reasons[lost] = np.nan, MissingReason.DONT_KNOW
    return replace(whole, codes=codes, reasons=reasons)


def tested(plan: Plan, seed: int) -> pd.DataFrame:
    """One sample through the whole path: rows are propositions."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "answers.csv"
        survey.write(answers(plan, seed), path)
        read = survey.read(path, survey.load_instrument("mlbc_alignment"))
        result = theory.test(read, list(TRUTH), survey.screen(read), cutoffs=plan.cutoffs)
    found = result.table().set_index("proposition").reindex(list(TRUTH))
    return found.assign(seed=seed, units=result.verdict("M1").n, closed=not result.trustworthy)


def summary(samples: pd.DataFrame) -> pd.DataFrame:
    """Rows are propositions: what their estimates and verdicts did over the samples."""
    off = samples["estimate"] - samples.index.map(TRUTH)
    covered = off.abs() <= TWO_SIDED * samples["se"]
    by = samples.assign(covered=covered, off=off).groupby(level=0, sort=False)
    told = {
        "truth": pd.Series(TRUTH),
        "coverage": by["covered"].mean(),
        "bias": by["off"].mean(),
        "sd/se": by["estimate"].std() / by["se"].mean(),
    }
    verdicts = pd.crosstab(samples.index, samples["verdict"], normalize="index").reindex(list(TRUTH))
    return pd.DataFrame(told).join(verdicts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, test, print; the samples are kept in a file when one is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("samples", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--units", type=int, default=200, help="solutions a sample")
    parser.add_argument("--unknown", type=float, default=0.03, help='share of "I do not know"')
    parser.add_argument("--cutoffs", type=int, default=0, help="samples behind the cutoffs of fit")
    parser.add_argument("--wrong", action="store_true", help="items trade places, so that no model is right")
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--out", type=Path, help="CSV of all samples")
    given = parser.parse_args(arguments)
    plan = Plan(given.units, given.unknown, given.wrong, given.cutoffs)
    seeds = range(given.seed, given.seed + given.samples)
    done = run(lambda seed: tested(plan, seed), seeds, given.workers, processes=True, progress=_told)
    samples = pd.concat(done)
    if given.out:
        samples.to_csv(given.out)
    print(summary(samples).round(3).to_string())
    closed = samples.groupby("seed")["closed"].first().mean()
    print(
        f"SYNTHETIC: {given.samples} samples of {samples['units'].mean():.0f} units; a gate closed in {closed:.1%}"
    )
    return 0


def _told(done: int, total: int) -> None:
    if done % 20 == 0:
        print(f"{done} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
