"""Simulate a plan: every piece that is not done yet, on this machine or on a cluster, kept as it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from mlbc_stats import parallel
from mlbc_stats.errors import ModelError
from mlbc_stats.planning.executors.cluster import finished_on_cluster
from mlbc_stats.planning.executors.record import Record, join_records
from mlbc_stats.planning.monte_carlo.chunk import run_chunk
from mlbc_stats.planning.monte_carlo.plan import Plan, Task
from mlbc_stats.planning.monte_carlo.questions import planned_models
from mlbc_stats.planning.monte_carlo.result import POWERS, PlanResult, result_of
from mlbc_stats.sem.simulation.sample_fits import SampleFits

HERE = ("threads", "processes")
LEAST = 30
"""Cases below which no size is looked for: the models have more parameters than that."""


def simulate(
    plan: Plan,
    *,
    executor: str = "processes",
    workers: int | None = None,
    record: str | Path | None = None,
    shard: tuple[int, int] | None = None,
    progress: parallel.Progress | None = None,
) -> PlanResult:
    """Simulate a plan and summarize it; the same numbers whatever computes them.

    Parameters
    ----------
    executor : "threads" or "processes" of this machine, or the address of a dask scheduler ("tcp://host:8786").
    workers : of this machine; all processors by default.
    record : file that keeps every finished piece. What it holds is not computed again, so that a run that was stopped
        goes on, and more replications or sizes of the same plan cost only themselves.
    shard : (i, N) computes the i-th of N parts alone, from 1; the record of each is put together by `merge`.
    progress : called with (done, total).

    Raises
    ------
    ModelError
        for propositions, targets and executors that are not served.
    DataError
        where the record belongs to another plan.

    Examples
    --------
    >>> found = simulate(Plan(propositions=("M5r",), n=(300,), effect=(0.4,), replications=20), executor="threads")
    >>> bool(found.summaries[0].power > 0.9)
    True
    """
    with _keeper(record, plan) as kept:
        _run(plan, kept, executor, workers, shard, progress)
        return result_of(plan, kept.done)


def search(
    plan: Plan,
    *,
    powers: Sequence[float] = POWERS,
    rounds: int = 3,
    largest: int = 5000,
    executor: str = "processes",
    workers: int | None = None,
    record: str | Path | None = None,
    progress: parallel.Progress | None = None,
) -> PlanResult:
    """Simulate a plan, then add sizes where the smallest samples seem to be, until the curves are known there.

    After each round a rising curve is fitted to what is known of every proposition and condition
    (:func:`mlbc_stats.planning.monte_carlo.curve.fit_curve`). Where the size for a power lies outside the grid, or its
    Monte Carlo interval is wider than a fifth of it, that size joins the grid; all that is done is kept.

    Parameters
    ----------
    powers : the powers looked for. rounds : at most. largest : size beyond which nothing is looked for.
    executor, workers, record, progress : as of `simulate`.

    Returns
    -------
    PlanResult
        of the plan with the sizes that joined it; `smallest` has the numbers.

    Examples
    --------
    >>> plan = Plan(propositions=("M5r",), n=(60, 120), effect=(0.3,), replications=50)
    >>> found = search(plan, powers=(0.8,), rounds=1, executor="threads")
    >>> len(found.plan.n) >= 2
    True
    """
    with _keeper(record, plan) as kept:
        for _ in range(rounds + 1):
            _run(plan, kept, executor, workers, None, progress)
            found = result_of(plan, kept.done)
            more = _wanted_sizes(found, powers, largest)
            if not more:
                break
            plan = replace(plan, n=tuple(sorted({*plan.n, *more})))
        return found


def _wanted_sizes(found: PlanResult, powers: Sequence[float], largest: int) -> set[int]:
    """Sizes at which the curves are not known well enough."""
    sizes, wanted = found.plan.n, set()
    for curve in found.curves().values():
        for power in powers:
            best, lower, upper = curve.smallest_n(power)
            if not best <= largest:  # NaN, or out of reach
                best = min(2 * max(sizes), largest)
            outside = not min(sizes) <= best <= max(sizes)
            vague = not (upper - lower) <= best / 5
            if (outside or vague) and best >= LEAST:
                wanted.add(_rounded(best))
    return wanted - set(sizes)


def _rounded(n: float) -> int:
    """Two digits are enough for a size of the grid."""
    step = 10 ** max(int(np.log10(n)) - 1, 0)
    return int(np.ceil(n / step) * step)


def _run(
    plan: Plan,
    kept: Record | _Memory,
    executor: str,
    workers: int | None,
    shard: tuple[int, int] | None,
    progress: parallel.Progress | None,
) -> None:
    models = tuple(model.id for model in planned_models(plan))
    tasks = of_shard(plan.tasks(models), shard)
    open_tasks = [task for task in tasks if task.key not in kept.done]
    done = len(tasks) - len(open_tasks)
    for place, result in _computed(plan, open_tasks, executor, workers):
        kept.add(open_tasks[place].key, result)
        done += 1
        if progress is not None:
            progress(done, len(tasks))


def _keeper(record: str | Path | None, plan: Plan) -> AbstractContextManager[Record | _Memory]:
    return nullcontext(_Memory()) if record is None else Record(Path(record), plan)


def merge(paths: Iterable[str | Path]) -> PlanResult:
    """The result of several records of one plan, such as those of its shards.

    Raises
    ------
    DataError
        for files that are no records, of other plans or versions, or that contradict one another.

    Examples
    --------
    >>> import tempfile
    >>> plan = Plan(propositions=("M5r",), n=(200,), replications=60)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = [Path(folder) / f"{k}.jsonl" for k in (1, 2)]
    ...     parts = [simulate(plan, record=path, shard=(k, 2)) for k, path in enumerate(paths, start=1)]
    ...     parts[0].complete, merge(paths).complete
    (False, True)
    """
    found = join_records(Path(path) for path in paths)
    return result_of(found.plan, found.done)


def of_shard(tasks: Sequence[Task], shard: tuple[int, int] | None) -> list[Task]:
    """Every N-th task from the i-th on, so that shards take about as long as one another.

    Examples
    --------
    >>> of_shard([1, 2, 3, 4, 5], (2, 3))
    [2, 5]
    """
    if shard is None:
        return list(tasks)
    part, parts = shard
    if not 1 <= part <= parts:
        raise ModelError(f"shard {part}/{parts}: expected a part from 1 to {parts}")
    return list(tasks[part - 1 :: parts])


class _Memory:
    """What is kept where no file is asked for."""

    def __init__(self) -> None:
        self.done: dict[str, SampleFits] = {}

    def add(self, key: str, result: SampleFits) -> None:
        self.done[key] = result


def _computed(
    plan: Plan, tasks: Sequence[Task], executor: str, workers: int | None
) -> Iterator[tuple[int, SampleFits]]:
    """Position and result of every task, as they come."""
    if not tasks:
        return iter(())
    function = partial(run_chunk, plan)
    if executor in HERE:
        return parallel.finished(function, tasks, workers, processes=executor == "processes")
    if "://" in executor:
        return finished_on_cluster(function, tasks, executor)
    raise ModelError(
        f"executor={executor!r}: expected 'threads', 'processes' or the address of a dask scheduler, such as "
        "tcp://host:8786"
    )
