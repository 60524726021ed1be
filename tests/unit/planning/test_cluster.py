"""A scheduler and two worker processes give the bits of one process; a worker killed in the middle costs nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mlbc_stats import planning
from mlbc_stats.errors import DataError
from mlbc_stats.planning.executors.record import read_record, to_json
from mlbc_stats.planning.monte_carlo.plan import Plan

pytest.importorskip("distributed")

PLAN = Plan(propositions=("M5r",), n=(100,), replications=300)
STARTED = 60.0
QUIET = ("--no-dashboard",)


@dataclass
class Cluster:
    """Address of the scheduler, and the processes that this test started."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    where = tmp_path / "scheduler.json"
    run = [sys.executable, "-m", "dask"]
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": tmp_path,
        "env": environment(),
    }
    scheduler = subprocess.Popen(
        [*run, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(where), *QUIET],
        **quiet,
    )
    started = [scheduler]
    try:
        address = wait_for_address(where)
        workers = [
            subprocess.Popen(
                [
                    *run,
                    "worker",
                    address,
                    "--nthreads",
                    "1",
                    "--no-nanny",
                    "--local-directory",
                    str(tmp_path),
                    *QUIET,
                ],
                **quiet,
            )
            for _ in range(2)
        ]
        started += workers
        wait_for_workers(address, 2)
        yield Cluster(address, workers)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def environment() -> dict[str, str]:
    root = str(Path(planning.__file__).parents[2])
    return os.environ | {
        "PYTHONPATH": root,
        "OMP_NUM_THREADS": "1",
        "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error",
    }


def wait_for_address(where: Path) -> str:
    import json

    until = time.monotonic() + STARTED
    while time.monotonic() < until:
        if where.exists() and where.read_text().strip():
            return str(json.loads(where.read_text())["address"])
        time.sleep(0.1)
    pytest.fail("the scheduler did not start")


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=STARTED, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=STARTED)


def numbers(path: Path) -> dict[str, object]:
    return {key: to_json(result) for key, result in sorted(read_record(path).done.items())}


def test_a_cluster_gives_the_bits_of_one_process_and_survives_a_killed_worker(
    cluster: Cluster, tmp_path: Path
) -> None:
    alone, together = tmp_path / "alone.jsonl", tmp_path / "together.jsonl"
    planning.simulate(PLAN, executor="threads", workers=1, record=alone)
    killed = threading.Event()

    def kill_one(done: int, total: int) -> None:
        if done == 2:
            cluster.workers[0].kill()
            killed.set()

    found = planning.simulate(PLAN, executor=cluster.address, record=together, progress=kill_one)
    assert killed.is_set()
    assert found.complete
    assert numbers(together) == numbers(alone)


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from mlbc_stats.planning.executors import cluster as module

    monkeypatch.setattr(module, "PATIENCE", "1s")
    with pytest.raises(DataError, match="no dask scheduler answers"):
        planning.simulate(PLAN, executor="tcp://127.0.0.1:9")
