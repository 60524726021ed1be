"""Read, screen and score 100,000 responses of 250 columns; print CPU seconds of each step and the peak memory in MB.

Usage: python tests/benchmarks/responses.py
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from memory import high_water

from mlbc_stats import survey
from mlbc_stats.survey.instrument.model import Instrument

CASES, COLUMNS, BATCH = 100_000, 250, 2_000


def main() -> None:
    """Print one line per step."""
    with tempfile.TemporaryDirectory() as folder:
        file, asked = write_large(Path(folder)), large_instrument()
        begun = time.process_time()
        responses = survey.read(file, asked)
        read = time.process_time()
        screening = survey.screen(responses)
        screened = time.process_time()
        scores = survey.score(responses, screening)
        done = time.process_time()
    print(f"{responses.n} cases, {responses.codes.shape[1]} rated items, {scores.shape[1]} scores")
    print(f"read {read - begun:.1f} s, screen {screened - read:.1f} s, score {done - screened:.1f} s")
    print(f"in all {done - begun:.1f} s of CPU, peak {high_water():.0f} MB")


def whole_way() -> Callable[[], object]:
    """The three steps as one function, for `tasks`; the file is made before."""
    folder = tempfile.TemporaryDirectory()
    file, asked = write_large(Path(folder.name)), large_instrument()

    def run() -> object:
        responses = survey.read(file, asked)
        return folder, survey.score(responses, survey.screen(responses))

    return run


def large_instrument() -> Instrument:
    """The shipped questionnaire with copies of its items, as many as fill the columns."""
    base = survey.load_instrument("mlbc_alignment")
    measured = [item for item in base.items if item.construct]
    aside = [item for item in base.items if not item.construct]
    missing = COLUMNS - 3 - len(measured) - len(aside) - len(base.checks)
    copies = [
        replace(measured[k % len(measured)], id=f"{measured[k % len(measured)].id}_copy{k // len(measured)}")
        for k in range(missing)
    ]
    scoring = tuple(
        replace(
            rule, items=(*rule.items, *(c.id for c in copies if c.id.partition("_copy")[0] in rule.items))
        )
        for rule in base.scoring
    )
    return replace(base, items=(*measured, *copies, *aside), scoring=scoring, short_forms=())


def write_large(folder: Path) -> Path:
    """Seeded random answers, 3 % of them blank, as a CSV file."""
    rng, asked = np.random.default_rng(250), large_instrument()
    scales = [asked.scale(question.scale) for question in asked.sequence]
    codes = [[str(code.value) for code in scale.codes] or list(map(str, range(1, 40))) for scale in scales]
    file = folder / "large.csv"
    with file.open("w", encoding="utf-8") as out:
        names = [question.id for question in asked.sequence]
        out.write(",".join(["case_id", "unit_id", "duration", *names]) + "\n")
        for start in range(0, CASES, BATCH):
            cells = [rng.choice([*some] * 30 + [""] * len(some), BATCH) for some in codes]
            for place, row in enumerate(zip(*cells, strict=True), start):
                out.write(f"c{place},u{place // 3},{300 + place % 900}," + ",".join(row) + "\n")
    return file


if __name__ == "__main__":
    main()
