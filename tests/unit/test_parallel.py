"""The runner keeps order, reports progress, stops on errors and gives seeds that ignore the workers."""

from __future__ import annotations

import time

import numpy as np
import pytest

from mlbc_stats import parallel
from mlbc_stats.parallel import chunks, run, spawn_generators


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_order_and_progress(workers: int) -> None:
    seen: list[tuple[int, int]] = []

    def task(k: int) -> int:
        time.sleep(0.002 * (5 - k))
        return k * k

    results = run(task, range(5), workers=workers, progress=lambda done, total: seen.append((done, total)))
    assert results == [0, 1, 4, 9, 16]
    assert seen == [(k, 5) for k in range(1, 6)]


def test_no_tasks() -> None:
    assert run(abs, []) == []


def test_processes() -> None:
    assert run(abs, [-1, -2, -3], workers=2, processes=True) == [1, 2, 3]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_error_stops_the_run(workers: int) -> None:
    begun: list[int] = []

    def task(k: int) -> None:
        begun.append(k)
        if k == 0:
            raise ValueError("no")
        time.sleep(0.01)

    with pytest.raises(ValueError, match="no"):
        run(task, range(200), workers=workers)
    assert len(begun) < 150


def test_an_interrupt_cancels_what_has_not_begun() -> None:
    begun: list[int] = []

    def task(k: int) -> None:
        begun.append(k)
        time.sleep(0.01)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt  # as the keyboard would, in the calling thread

    with pytest.raises(KeyboardInterrupt):
        run(task, range(500), workers=2, progress=interrupt)
    assert len(begun) < 400


@pytest.mark.parametrize(("total", "size"), [(0, 3), (1, 3), (10, 3), (9, 3), (250, 250)])
def test_chunks_cover_everything_once(total: int, size: int) -> None:
    parts = chunks(total, size)
    assert [k for part in parts for k in range(total)[part]] == list(range(total))
    assert all(part.stop - part.start <= size for part in parts)


def test_generators_depend_on_seed_and_place_alone() -> None:
    a, b = spawn_generators(1, 3), spawn_generators(np.random.SeedSequence(1), 5)
    draws = [[g.random() for g in generators[:3]] for generators in (a, b)]
    assert draws[0] == draws[1]
    assert len(set(draws[0])) == 3
    assert spawn_generators(2, 1)[0].random() != draws[0][0]


def _raise():
    raise ValueError("seen elsewhere")


def test_what_goes_wrong_aside_is_raised_where_the_result_is_asked_for():
    with parallel.aside(_raise) as answer, pytest.raises(ValueError, match="seen elsewhere"):
        answer()


def test_one_processor_computes_what_is_begun_aside_when_asked(monkeypatch):
    monkeypatch.setattr(parallel, "available_workers", lambda: 1)
    calls = []
    with parallel.aside(lambda: calls.append(1)) as answer:
        assert calls == []
        answer()
    assert calls == [1]
