"""The commands of fielding where something is missing: a library, a list that can be read."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from mlbc_stats.cli.app import app

LIST = "unit_id,firstname\nWerk Süd,Jürgen\n"


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments, code=0):
        result = CliRunner().invoke(app, ["field", *arguments])
        assert result.exit_code == code, result.output
        return result.output

    return invoke


def test_a_missing_library_names_the_extra():
    code = """
import sys
sys.modules["sqlalchemy"] = None
sys.argv = ["mlbc", "field", "monitor"]
from mlbc_stats.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: sqlalchemy is missing; pip install 'mlbc-stats[field]'\n"


def test_a_list_that_cannot_be_read_leaves_nothing_and_its_encoding_can_be_named(run, tmp_path):
    (tmp_path / "units.csv").write_text(LIST, encoding="cp1252")
    assert "--encoding cp1252" in run("invite", "units.csv", code=2)
    assert [path.name for path in tmp_path.iterdir()] == ["units.csv"]
    run("invite", "units.csv", "--encoding", "cp1252")
    assert "Werk Süd,u" in (tmp_path / "invitations" / "page.csv").read_text(encoding="utf-8")
    assert "--encoding cp1252" in run("monitor", "--units", "units.csv", code=2)
    assert "Werk Süd" in run("monitor", "--units", "units.csv", "--encoding", "cp1252")
