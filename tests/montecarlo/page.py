"""`python -m tests.montecarlo.page`: docs/simulations.md from the stored samples in tests/montecarlo/results.

`errors_*.csv` are samples of `tests.montecarlo.errors`, `path_*.csv` those of `tests.montecarlo`; both are kept with
four decimals, which is all that their summaries need.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from tests.montecarlo.__main__ import TRUTH, TWO_SIDED

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parents[2] / "docs" / "simulations.md"
KEPT = ("seed", "unknown", "errors", "proposition", "estimate", "se", "verdict", "closed")
NULL = "M2"
HEAD = """# Simulations: what verdicts and errors do where the truth is known

Made by `python -m tests.montecarlo.page` from the samples stored in `tests/montecarlo/results`; change nothing here.
**SYNTHETIC**: every sample is drawn from the declared population of the pilot (`survey.pilot_population().clean()`,
200 solutions, each an organization of its own, no careless answers). Coverage is that of the 95 % interval of the
standardized coefficient, estimate ± 1.96 errors, before Holm's levels; its Monte Carlo error stands in brackets. Bias
is mean less truth. sd/se is the spread of the estimates over their mean error: 1 where errors say how far estimates
vary.
"""
MEANING = """## What holds, and what does not

{found}
"""


def store(source: Path, target: str) -> None:
    """Keep a file of samples with the columns and decimals that the page needs."""
    table = pd.read_csv(source)
    table = table[[name for name in KEPT if name in table.columns]].round(4)
    table.to_csv(RESULTS / target, index=False)


def summary(samples: pd.DataFrame) -> pd.DataFrame:
    """One row per proposition: coverage with its Monte Carlo error, bias, sd/se."""
    off = samples["estimate"] - samples["proposition"].map(TRUTH)
    frame = samples.assign(off=off, covered=off.abs() <= TWO_SIDED * samples["se"])
    by = frame.groupby("proposition", sort=False)
    coverage, count = by["covered"].mean(), by.size()
    return pd.DataFrame(
        {
            "truth": pd.Series(TRUTH),
            "coverage": coverage,
            "error": np.sqrt(coverage * (1 - coverage) / count),
            "bias": by["off"].mean(),
            "sd/se": by["estimate"].std() / by["se"].mean(),
            "n": count,
        }
    ).loc[list(TRUTH)]


def table_of(found: pd.DataFrame, verdicts: pd.DataFrame | None = None) -> Iterator[str]:
    """The lines of a table in Markdown."""
    extra = [] if verdicts is None else list(verdicts.columns)
    yield "| " + " | ".join(["proposition", "truth", "coverage", "bias", "sd/se", *extra]) + " |"
    yield "|" + "---|" * (5 + len(extra))
    for name, row in found.iterrows():
        cells = [
            f"{row['truth']:.2f}",
            f"{row['coverage']:.3f} ({row['error']:.3f})",
            f"{row['bias']:+.3f}",
            f"{row['sd/se']:.2f}",
        ]
        more = [] if verdicts is None else [f"{verdicts.loc[name, each]:.0%}" for each in extra]
        yield f"| {name} | " + " | ".join([*cells, *more]).replace("-", "−") + " |"


def page() -> str:
    """The whole page."""
    parts, told = [HEAD], []
    for file in sorted(RESULTS.glob("errors_*.csv")):
        samples = pd.read_csv(file)
        for (unknown, errors), rows in samples.groupby(["unknown", "errors"], sort=False):
            found, seeds = summary(rows), rows["seed"]
            parts.append(
                f"## Models alone, {errors} errors, {unknown:.0%} “I do not know”\n\n{seeds.nunique()} samples, seeds "
                f"{seeds.min()} to {seeds.max()} (`python -m tests.montecarlo.errors`).\n"
            )
            parts += [*table_of(found), ""]
            told.append(_said(f"{errors} errors, {unknown:.0%} missing", found))
    for file in sorted(RESULTS.glob("path_*.csv")):
        samples = pd.read_csv(file)
        found, seeds = summary(samples), samples["seed"]
        verdicts = pd.crosstab(samples["proposition"], samples["verdict"], normalize="index")
        closed = samples.groupby("seed")["closed"].first().mean()
        parts.append(
            f"## The whole path: written, read, screened, tested\n\n{seeds.nunique()} samples, seeds {_spans(seeds)}, "
            f"3 % “I do not know”, conventional cutoffs (`make montecarlo`); a gate closed in "
            f"{closed:.0%}. M3 is truly opposite to what it predicts, M2 truly null.\n"
        )
        parts += [*table_of(found, verdicts), ""]
        told.append(_said("the whole path, 3% missing", found))
    return "\n".join([*parts, MEANING.format(found="\n".join(told))])


def _spans(seeds: pd.Series) -> str:
    """Runs of seeds: "1 to 3 and 7 to 9"."""
    known = np.unique(seeds)
    runs = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)
    return " and ".join(f"{run[0]} to {run[-1]}" for run in runs)


def _said(name: str, found: pd.DataFrame) -> str:
    """Coverage over all coefficients, and the rate at which the true null is rejected."""
    null = found.loc[NULL]
    return (
        f"- {name}: mean coverage {found['coverage'].mean():.3f}, mean sd/se {found['sd/se'].mean():.2f}; the true "
        f"null {NULL} is rejected in {1 - null['coverage']:.1%} of {null['n']:.0f} samples "
        f"(nominal 5 %, Monte Carlo error {null['error']:.1%})."
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
