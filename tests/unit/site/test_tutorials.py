"""The commands of the tutorials work as typed, on an export as Qualtrics would write it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mlbc_stats import survey
from mlbc_stats.cli.app import app
from mlbc_stats.resources import PACKAGE
from tests.examples import platform_exports as made

ROOT = PACKAGE.parent
TUTORIALS = ROOT / "docs/tutorials"


def commands(page: str) -> list[list[str]]:
    """What a page has users type, without the name of the program."""
    text = (TUTORIALS / f"{page}.md").read_text(encoding="utf-8")
    lines = (line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines())
    return [shlex.split(line)[1:] for line in lines if line.startswith("mlbc ")]


@pytest.mark.slow
def test_the_command_of_a_tutorial_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (command,) = commands("smartpls")
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output


def qualtrics_export(folder: Path) -> Path:
    """Synthetic answers to the alignment instrument in the three header rows of Qualtrics."""
    answers = survey.simulate(survey.pilot_population(), n=200, seed=1)
    mapping = survey.export(survey.compose(["mlbc_alignment"]), "qualtrics", folder / "asked").mapping
    rows = made.platform_rows(answers, mapping)
    return made.qualtrics(folder / "export.csv", rows, mapping, made.finished(answers))


@pytest.mark.slow
def test_the_commands_of_the_page_without_code_run_on_a_qualtrics_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qualtrics_export(tmp_path)
    monkeypatch.chdir(tmp_path)
    lines = commands("qualtrics")
    assert lines.pop([line[:2] for line in lines].index(["study", "run"])) == ["study", "run", "study.yaml"]
    for line in lines:  # tests/unit/study runs a study
        done = CliRunner().invoke(app, line)
        assert done.exit_code == 0, f"{line}\n{done.output}"
    assert "platform: qualtrics" in (tmp_path / "study.yaml").read_text(encoding="utf-8")
