"""What the README tells users to type works as typed."""

import re
import shlex
import shutil

import pytest
from typer.testing import CliRunner

from mlbc_stats import study, theory
from mlbc_stats.cli.app import app
from mlbc_stats.resources import PACKAGE
from mlbc_stats.survey.screening.rules.registry import RULES

ROOT = PACKAGE.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = {kind: re.findall(rf"```{kind}\n(.*?)```", TEXT, re.S) for kind in ("python", "sh", "yaml")}
LINES = [line for block in BLOCKS["sh"] for line in block.splitlines() if line.startswith("mlbc ")]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """An empty folder with the data files that the README names."""
    for data in sorted(set(re.findall(r"tests/reference/data/\w+\.csv", TEXT))):
        (tmp_path / data).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / data, tmp_path / data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_python_example_is_ten_lines_and_runs(clone, capsys):
    (block,) = BLOCKS["python"]
    code = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
    assert len(code) <= 10
    exec(compile(block, "README.md", "exec"), {})
    assert "verdict" in capsys.readouterr().out


@pytest.mark.slow
def test_the_commands_run_in_their_order(clone):
    assert len(LINES) == 24
    runner = CliRunner()
    for line in LINES:
        arguments = shlex.split(line)[1:]
        if arguments[:2] == ["study", "run"]:  # tests/unit/study runs one, with and without these options
            arguments = ["study", "run", "--help"]
        done = runner.invoke(app, arguments)
        assert done.exit_code == 0, f"{line}\n{done.output}"


def test_the_study_file_is_one(clone):
    (clone / "my_study.yaml").write_text(BLOCKS["yaml"][0], encoding="utf-8")
    chosen = study.load_study(clone / "my_study.yaml")
    assert set(chosen.screening.exclude) <= set(RULES)
    assert set(chosen.propositions) <= set(theory.load_propositions().ids)


def test_every_make_target_and_path_named_exists():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert set(re.findall(r"make ([a-z]+)", TEXT)) <= set(targets)
    for path in re.findall(r"`([a-z_]+/(?:[a-z_]+/)*)`", TEXT):
        assert path == "build/" or (ROOT / path).is_dir(), path
