"""Verdicts of the deciders on constructed samples, one line a chunk: resumable, in shards that merge."""

from __future__ import annotations

import json
import warnings
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mlbc_stats import theory
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.parallel import one_blas_thread
from tests.montecarlo.deciders.constructed import CONSTRUCTED

SEED, CHUNK = 20261127, 10
"""Of all samples; samples that are judged as a whole or not at all."""
NOT_DECIDED = "not testable here"


@dataclass(frozen=True, slots=True)
class Task:
    """Some samples of one proposition, true or null."""

    proposition: str
    true: bool
    chunk: int

    @property
    def key(self) -> str:
        """Names the task in files."""
        return f"{self.proposition}|{'true' if self.true else 'null'}|{self.chunk}"


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of samples with an outcome; `solved`: with any verdict."""

    samples: int
    supported: float
    opposite: float
    solved: float

    @property
    def error(self) -> float:
        """Monte Carlo error of the share supported."""
        return float((self.supported * (1 - self.supported) / self.samples) ** 0.5)


def tasks() -> tuple[Task, ...]:
    """All of them, the cheap propositions not before the others: first chunks first."""
    every = [
        Task(name, true, chunk)
        for name, one in CONSTRUCTED.items()
        for true in (True, False)
        for chunk in range(one.samples // CHUNK)
    ]
    return tuple(sorted(every, key=lambda task: task.chunk))


def run(task: Task) -> dict[str, int]:
    """Outcome → number of samples of a task; the same on every machine."""
    made = CONSTRUCTED[task.proposition]
    stream = np.random.SeedSequence([SEED, zlib.crc32(task.key.encode())])
    found: Counter[str] = Counter()
    with one_blas_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        for child in stream.spawn(CHUNK):
            responses = made.draw(np.random.default_rng(child), made.n, made.size if task.true else 0.0)
            result = theory.test(responses, [task.proposition], cutoffs=0)
            found[result.verdict(task.proposition).outcome.value] += 1
    return dict(found)


def complete(file: Path, known: Iterable[Path], shard: tuple[int, int] = (1, 1)) -> None:
    """Compute what no file holds yet, of every N-th task for a shard (i, N)."""
    done = stored(known)
    for at, task in enumerate(tasks()):
        if at % shard[1] == shard[0] - 1 and task.key not in done:
            line = {"task": task.key, "seed": SEED, "outcomes": run(task), "synthetic": True}
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(line, sort_keys=True) + "\n")


def stored(files: Iterable[Path]) -> dict[str, dict[str, int]]:
    """Key of a task → its outcomes, of all files together; lines of another seed are left."""
    lines = [
        json.loads(line) for file in files if file.exists() for line in file.read_text("utf-8").splitlines()
    ]
    return {line["task"]: line["outcomes"] for line in lines if line["seed"] == SEED}


def shares(found: dict[str, dict[str, int]]) -> dict[tuple[str, bool], Shares]:
    """(Proposition, whether true) → shares over the chunks that are there."""
    counts: dict[tuple[str, bool], Counter[str]] = {}
    for key, outcomes in found.items():
        name, state, _ = key.split("|")
        counts.setdefault((name, state == "true"), Counter()).update(outcomes)
    return {key: _shares(one) for key, one in counts.items()}


def _shares(counts: Counter[str]) -> Shares:
    n = counts.total()
    return Shares(n, counts["supported"] / n, counts["opposite"] / n, 1 - counts[NOT_DECIDED] / n)
