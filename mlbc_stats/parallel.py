"""One runner: independent tasks over threads or processes, with progress, order and seeds kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

Task = TypeVar("Task")
Result = TypeVar("Result")
#: Called as progress(done, total) from the calling thread.
Progress = Callable[[int, int], object]


def run(
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    workers: int | None = None,
    processes: bool = False,
    progress: Progress | None = None,
) -> list[Result]:
    """Results of ``function`` for every task, in the order of the tasks.

    Parameters
    ----------
    function : of one task; must be picklable (or a closure that cloudpickle can carry) with ``processes``.
    tasks : one element a call; give chunks large enough that a call takes milliseconds.
    workers : threads or processes; default the processors available to this process, at most one per task.
    processes : processes instead of threads. NumPy's linear algebra releases the interpreter lock, so threads
        serve array work; processes serve pure Python work.
    progress : called with (done, total) after each finished task.

    Returns
    -------
    results : list, one per task.

    Notes
    -----
    BLAS is held to one thread per worker while more than one works. The first error stops the run: what has
    not begun is cancelled and the error is raised. So does an interrupt from the keyboard.

    Examples
    --------
    >>> run(lambda k: k * k, range(4), workers=2)
    [0, 1, 4, 9]
    """
    pending = list(tasks)
    workers = min(workers or available_workers(), len(pending))
    if workers <= 1:
        return _run_here(function, pending, progress)
    with nullcontext() if processes else one_blas_thread(), _executor(workers, processes) as executor:
        futures = [executor.submit(function, task) for task in pending]
        try:
            _wait(futures, progress)
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    return [future.result() for future in futures]


def finished(
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    workers: int | None = None,
    processes: bool = False,
) -> Iterator[tuple[int, Result]]:
    """Position and result of every task, each as soon as it is there: what came before a stop can be kept.

    Parameters
    ----------
    function, tasks, workers, processes : as of `run`.

    Notes
    -----
    When the caller stops asking, by an error or an interrupt, what has not begun is cancelled.

    Examples
    --------
    >>> sorted(finished(lambda k: k * k, [2, 3], workers=2))
    [(0, 4), (1, 9)]
    """
    pending = list(tasks)
    workers = min(workers or available_workers(), len(pending))
    if workers <= 1:
        for place, task in enumerate(pending):
            yield place, function(task)
        return
    with nullcontext() if processes else one_blas_thread(), _executor(workers, processes) as executor:
        places = {executor.submit(function, task): place for place, task in enumerate(pending)}
        try:
            for future in as_completed(places):
                yield places[future], future.result()
        finally:
            for future in places:
                future.cancel()


@contextmanager
def aside(function: Callable[[], Result]) -> Iterator[Callable[[], Result]]:
    """Begin a call in a process of its own, and hand over what waits for its result (or raises its error).

    With one processor the call is made when its result is asked for. What is not asked for is stopped at the end.

    Parameters
    ----------
    function : must be picklable, or a closure that cloudpickle can carry.

    Examples
    --------
    >>> with aside(lambda: 6 * 7) as answer:
    ...     answer()
    42
    """
    if available_workers() < 2:
        yield function
        return
    executor = _executor(1, processes=True)
    try:
        yield executor.submit(function).result
    finally:
        executor.shutdown(kill_workers=True)


def available_workers() -> int:
    """Processors this process may use.

    Examples
    --------
    >>> available_workers() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def chunks(total: int, size: int) -> list[slice]:
    """Slices of at most ``size`` that cover ``range(total)``, of nearly equal length.

    Examples
    --------
    >>> [(part.start, part.stop) for part in chunks(7, 3)]
    [(0, 2), (2, 4), (4, 7)]
    """
    parts = max(-(-total // size), 1)
    bounds = [total * k // parts for k in range(parts + 1)]
    return [slice(start, stop) for start, stop in pairwise(bounds) if stop > start]


def spawn_generators(
    seed: int | Sequence[int] | np.random.SeedSequence | None, count: int
) -> list[np.random.Generator]:
    """Independent random generators, the same for a seed whatever the number of workers.

    Examples
    --------
    >>> a, b = spawn_generators(7, 2), spawn_generators(7, 3)
    >>> a[1].integers(1000) == b[1].integers(1000)
    np.True_
    """
    root = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    entropy, key = root.entropy, root.spawn_key
    return [np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=(*key, k))) for k in range(count)]


def _run_here(
    function: Callable[[Task], Result], tasks: list[Task], progress: Progress | None
) -> list[Result]:
    results = []
    for done, task in enumerate(tasks, 1):
        results.append(function(task))
        if progress is not None:
            progress(done, len(tasks))
    return results


def _wait(futures: list[Future[Any]], progress: Progress | None) -> None:
    for done, future in enumerate(as_completed(futures), 1):
        future.result()
        if progress is not None:
            progress(done, len(futures))


def _executor(workers: int, processes: bool) -> Any:
    if not processes:
        return ThreadPoolExecutor(workers)
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, initializer=_limit_this_process)


def one_blas_thread() -> AbstractContextManager[Any]:
    """Hold BLAS to one thread: for matrices as small as a model's, waking threads costs more than they save.

    Examples
    --------
    >>> with one_blas_thread():
    ...     float(np.eye(2).trace())
    2.0
    """
    controller = _controller()
    if all(each.num_threads == 1 for each in controller.lib_controllers):
        return nullcontext()
    return controller.limit(limits=1)


def _limit_this_process() -> None:
    _controller().limit(limits=1)


@lru_cache(maxsize=1)
def _controller() -> Any:
    """Looking for the loaded BLAS libraries takes milliseconds, so it is done once."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
