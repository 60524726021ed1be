"""A command as a user types it, and a file of answers to type it about."""

import pytest
from typer.testing import CliRunner

from mlbc_stats import survey
from mlbc_stats.cli.app import app


@pytest.fixture
def run():
    runner = CliRunner()

    def invoke(*arguments, code=0):
        result = runner.invoke(app, [str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture(scope="session")
def answers(tmp_path_factory):
    path = tmp_path_factory.mktemp("answers") / "answers.csv"
    return survey.write(survey.simulate(survey.pilot_population(), n=60, seed=5), path)
