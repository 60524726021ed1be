"""What docs/field.md tells users to type works as typed, in its order."""

import re
import shlex

from typer.testing import CliRunner

from mlbc_stats import field
from mlbc_stats.cli.app import app
from mlbc_stats.resources import PACKAGE

PAGE = (PACKAGE.parent / "docs" / "field.md").read_text(encoding="utf-8")


def test_the_commands_run_in_their_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text(re.findall(r"```csv\n(.*?)```", PAGE, re.S)[0], encoding="utf-8")
    served = []

    def serve(store, fielding, **options):
        served.append((field.application(store, fielding), options))
        store.engine.dispose()

    monkeypatch.setattr("mlbc_stats.field.serve", serve)
    lines = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S) for line in block.splitlines()]
    assert [shlex.split(line)[2] for line in lines] == ["invite", "serve", "monitor", "export", "check"]
    for line in lines:
        done = CliRunner().invoke(app, shlex.split(line)[1:])
        # nobody has answered here, so there is nothing to check
        assert done.exit_code == (2 if "check" in line else 0), f"{line}\n{done.output}"
    assert served[0][1]["host"] == "127.0.0.1" and served[0][1]["admin_password"] is None
    assert (tmp_path / "answers" / "study.yaml").is_file()
