"""The same numbers whatever computes them; what is done is kept, resumed and merged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import planning
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.planning.executors.record import join_records, read_record, to_json
from mlbc_stats.planning.monte_carlo import chunk as chunk_module
from mlbc_stats.planning.monte_carlo.plan import Plan

PLAN = Plan(propositions=("M5r",), n=(80, 120), replications=120, effect=(0.2,))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of one process."""
    path = tmp_path_factory.mktemp("alone") / "plan.jsonl"
    planning.simulate(PLAN, executor="threads", workers=1, record=path)
    return path


def numbers(path: Path) -> dict[str, object]:
    return {key: to_json(result) for key, result in sorted(read_record(path).done.items())}


@pytest.mark.parametrize(("executor", "workers"), [("threads", 2), ("processes", 2)])
def test_bits_do_not_depend_on_what_computes(
    executor: str, workers: int, alone: Path, tmp_path: Path
) -> None:
    path = tmp_path / "plan.jsonl"
    planning.simulate(PLAN, executor=executor, workers=workers, record=path)
    assert numbers(path) == numbers(alone)


def test_merged_shards_are_the_whole(alone: Path, tmp_path: Path) -> None:
    paths = [tmp_path / f"shard-{k}.jsonl" for k in (1, 2, 3)]
    for k, path in enumerate(paths, start=1):
        part = planning.simulate(PLAN, executor="threads", workers=1, record=path, shard=(k, 3))
        assert part.missing == 4
        assert not part.complete
    merged = planning.merge(paths)
    assert merged.complete
    pd.testing.assert_frame_equal(merged.table(), planning.merge([alone]).table(), check_exact=True)


def test_a_stopped_run_goes_on(alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.jsonl"

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        planning.simulate(PLAN, executor="threads", workers=1, record=path, progress=stop)
    assert len(read_record(path).done) == 2
    with path.open("ab") as file:  # a line that a kill cut off
        file.write(b'{"task": "S2|80')
    counted = []
    planning.simulate(
        PLAN, executor="threads", workers=1, record=path, progress=lambda done, _: counted.append(done)
    )
    assert counted[0] == 3
    assert numbers(path) == numbers(alone)


def test_more_replications_and_sizes_keep_what_is_done(alone: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    path.write_bytes(alone.read_bytes())
    counted: list[int] = []
    more = replace(PLAN, n=(80, 120, 160), replications=170)
    planning.simulate(
        more, executor="threads", workers=1, record=path, progress=lambda *at: counted.append(at[0])
    )
    kept = numbers(alone)
    again = numbers(path)
    assert {key: again[key] for key in kept} == kept
    assert counted[0] == 5  # the full chunks of 80 and 120 stand
    assert planning.merge([path]).plan == more


def test_records_of_other_plans_and_broken_ones_are_refused(alone: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="another plan"):
        planning.simulate(replace(PLAN, seed=7), executor="threads", record=alone)
    other = tmp_path / "other.jsonl"
    planning.simulate(replace(PLAN, replications=50), executor="threads", workers=1, record=other)
    with pytest.raises(DataError, match="another plan"):
        planning.merge([alone, other])
    lines = alone.read_text().splitlines()
    changed = tmp_path / "changed.jsonl"
    changed.write_text("\n".join([lines[0].replace('"seed":20261122', '"seed":1'), *lines[1:]]) + "\n")
    with pytest.raises(DataError, match="was changed"):
        read_record(changed)
    changed.write_text("\n".join([lines[0], "{", *lines[1:]]) + "\n")
    with pytest.raises(DataError, match="line 2 is broken"):
        read_record(changed)
    moved = json.loads(lines[1]) | {
        "estimates": (np.array(json.loads(lines[1])["estimates"]) + 1e-9).tolist()
    }
    changed.write_text("\n".join([lines[0], json.dumps(moved)]) + "\n")
    with pytest.raises(DataError, match="differs"):
        join_records([alone, changed])
    with pytest.raises(DataError, match="cannot be read"):
        read_record(tmp_path / "none.jsonl")
    with pytest.raises(DataError, match="no file to merge"):
        planning.merge([])


def test_the_record_says_that_nobody_answered(alone: Path) -> None:
    first = json.loads(alone.read_text().splitlines()[0])
    assert first["synthetic"] is True
    assert "synthetic" in first["kind"]
    assert first["hash"] == PLAN.hash


def test_samples_without_a_solution_are_kept_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = chunk_module._with_products

    def spoilt(answers: np.ndarray, pairs: object) -> np.ndarray:
        rows = real(answers, pairs)
        if len(rows) > 1:
            rows[0, :, 0] = rows[0, :, 1]
        return rows

    monkeypatch.setattr(chunk_module, "_with_products", spoilt)
    path = tmp_path / "plan.jsonl"
    small = replace(PLAN, n=(200,), replications=20)
    found = planning.simulate(small, executor="threads", workers=1, record=path)
    assert found.summaries[0].converged == 0.95
    pd.testing.assert_frame_equal(planning.merge([path]).table(), found.table(), check_exact=True)


@pytest.mark.parametrize(
    ("choices", "match"),
    [
        ({"executor": "slurm"}, "expected 'threads'"),
        ({"shard": (4, 3)}, "expected a part from 1 to 3"),
    ],
)
def test_unknown_ways_are_refused(choices: dict[str, object], match: str) -> None:
    with pytest.raises(ModelError, match=match):
        planning.simulate(PLAN, **choices)
