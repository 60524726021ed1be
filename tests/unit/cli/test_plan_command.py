"""`mlbc plan`: power on a terminal, as JSON, as files; shards that merge; what cannot be planned."""

from __future__ import annotations

import json

import pytest

SMALL = ("M5r", "--n", "100:160:60", "--effect", "0.3", "-R", "60", "--executor", "threads")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tables_figure_and_file(run, folder):
    done = run("plan", *SMALL, "--figure", "power.svg", "--output", "power.csv")
    for text in ("Power by simulation (SYNTHETIC data)", "Smallest samples (SYNTHETIC data)", "Type M"):
        assert text in done.stdout, text
    assert "SYNTHETIC" in (folder / "power.svg").read_text()
    assert "SYNTHETIC" in (folder / "power.csv").read_text()
    (record,) = folder.glob("plan-*.jsonl")
    size = record.stat().st_size
    again = run("plan", *SMALL, "--json")
    assert record.stat().st_size == size
    found = json.loads(again.stdout)
    assert found["synthetic"] is True
    assert [row["n"] for row in found["power"]] == [100, 160]
    assert found["smallest"][0]["n_80"] > 0


def test_shards_merge_into_the_whole(run, folder):
    whole = json.loads(run("plan", *SMALL, "--json").stdout)
    for part in ("1/2", "2/2"):
        run("plan", *SMALL, "--shard", part)
    shards = sorted(folder.glob("plan-*-of-2.jsonl"))
    merged = json.loads(run("plan", "merge", *shards, "--json").stdout)
    assert merged == whole
    partly = run("plan", "merge", shards[0], code=1)
    assert "pieces of the plan are not done" in partly.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("M99",), "no proposition 'M99'"),
        (("M20",), "is not simulated"),
        (("M1", "--n", "many"), "expected whole numbers"),
        (("M1", "--n", "800:200"), "a lower number, a higher one"),
        (("M1", "--reliability", "1.2"), "reliability=1.2: expected"),
        (("M1", "--target", "aln_state ~ TC"), "expected 'y ~ x=0.2'"),
        (("M1", "--target", "aln_state ~ TC=0.3=0.2"), "expected 'y ~ x'"),
        (("M1", "--shard", "two"), "a part and their number"),
        (("M1", "--executor", "slurm"), "dask scheduler"),
        (("M1", "--figure", "power.csv"), ".svg"),
        (("M1", "--search", "--shard", "1/2"), "leave out --search or --shard"),
        (("merge", "none.jsonl"), "cannot be read"),
    ],
)
def test_what_cannot_be_planned_is_told(run, arguments, told):
    done = run("plan", *arguments, code=2)
    assert told in " ".join(done.stderr.split()), done.stderr


def test_help_names_both_commands(run):
    text = run("plan", "--help").stdout
    assert "run" in text
    assert "merge" in text


def test_a_study_is_registered_with_its_power(run, folder):
    run("plan", *SMALL)
    (record,) = folder.glob("plan-*.jsonl")
    done = run(
        "theory", "preregister", "--plan", record, "--n", "160", "--output", "registered.json", "--json"
    )
    found = json.loads(done.stdout)
    assert found["power"]["sample"] == 160
    assert json.loads((folder / "registered.json").read_text())["hash"] == found["hash"]
    refused = run("theory", "preregister", "--output", "registered.json", code=2)
    assert "exists" in refused.stderr
