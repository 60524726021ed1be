"""The example notebooks run from top to bottom, quickly and without a word of warning, and find what they say."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from mlbc_stats.resources import PACKAGE

EXAMPLES = PACKAGE.parent / "examples"
SECONDS = 60
"""Alone each takes less than 15; a busy machine is given more."""
RUN = """
import json, runpy, sys
found = runpy.run_path(sys.argv[1])["app"].run()[1]
print(json.dumps({name: eval(code, dict(found)) for name, code in json.loads(sys.argv[2]).items()}))
"""


def found(notebook: str, **wanted: str) -> dict[str, object]:
    """Run a notebook; the values of expressions in what its cells define."""
    command = [sys.executable, "-c", RUN, str(EXAMPLES / notebook), json.dumps(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd=EXAMPLES)
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


@pytest.mark.slow
def test_the_model_beside_lavaan_has_its_numbers() -> None:
    told = found("models_beside_lavaan.py", rows="len(both)", worst="max(largest_parameter, largest_measure)")
    assert told["rows"] == 36
    assert float(str(told["worst"])) < 1e-5


@pytest.mark.slow
def test_the_study_of_measurement_says_what_it_finds() -> None:
    told = found(
        "measuring_constructs.py",
        factors="counting.advice",
        below="sorted(validity.constructs.query('ave < 0.5').index)",
        htmt="float(ratios['htmt'].max())",
        released="ladder.proposals.query('proposed and step == \"scalar\"')['parameter'].tolist()",
    )
    assert "suggest 3 factors" in str(told["factors"])
    assert told["below"] == ["speed", "visual"]
    assert float(str(told["htmt"])) < 0.85
    assert told["released"] == ["x3~1", "x7~1"]


@pytest.mark.slow
def test_the_way_to_the_verdicts_gives_three() -> None:
    told = found(
        "answers_to_verdicts.py",
        kept="kept",
        closed="len(closed)",
        verdicts="[verdict.outcome for verdict in result.verdicts]",
    )
    assert told == {"kept": 571, "closed": 0, "verdicts": ["supported"] * 3}


def test_marimo_finds_nothing_to_mend() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "marimo", "check", "--strict", str(EXAMPLES)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
