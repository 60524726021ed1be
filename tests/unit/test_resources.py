"""Shipped files are found from the checkout and from a built wheel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mlbc_stats import resources
from mlbc_stats.resources import resource

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [
    ("instruments", "constructs.yaml"),
    ("instruments", "propositions.yaml"),
    ("instruments", "mlbc_alignment.yaml"),
    ("instruments", "translations", "mlbc_alignment.de.yaml"),
    ("data", "coded_evidence", "mucha2023.csv"),
    ("data", "coded_evidence", "haefner2023.csv"),
    ("data", "synthetic"),
]
ASK = """
import json, sys
from mlbc_stats import survey, theory
from mlbc_stats.resources import resource
places = [str(resource(*parts)) for parts in json.loads(sys.argv[1])]
rows = len(theory.coded_evidence())
items = len(survey.load_instrument("mlbc_alignment").items)
print(json.dumps({"places": places, "rows": rows, "items": items}))
"""


@pytest.mark.parametrize("parts", SHIPPED, ids="/".join)
def test_found_in_the_checkout(parts):
    assert resource(*parts) == ROOT.joinpath(*parts)


def test_the_package_directory_comes_first(tmp_path, monkeypatch):
    package = tmp_path / "mlbc_stats"
    inside, beside = package / "instruments", tmp_path / "instruments"
    beside.mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", package)
    assert resource("instruments") == beside
    inside.mkdir(parents=True)
    assert resource("instruments") == inside


def test_a_missing_file_names_both_places():
    with pytest.raises(
        FileNotFoundError, match=r"no shipped file 'instruments/none.yaml': looked at .* and "
    ):
        resource("instruments", "none.yaml")


@pytest.fixture(scope="module")
def unpacked_wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run([*command, "--wheel-dir", folder, ROOT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("mlbc_stats-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.mark.slow
def test_found_in_a_wheel(unpacked_wheel, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(unpacked_wheel)}
    command = [sys.executable, "-c", ASK, json.dumps(SHIPPED)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    package = unpacked_wheel / "mlbc_stats"
    assert answer["places"] == [str(package.joinpath(*parts)) for parts in SHIPPED]
    assert answer["rows"] == 103
    assert answer["items"] > 0


def test_the_wheel_carries_the_package_alone(unpacked_wheel):
    assert {path.name for path in unpacked_wheel.iterdir() if not path.name.endswith(".dist-info")} == {
        "mlbc_stats"
    }
    assert (unpacked_wheel / "mlbc_stats" / "py.typed").exists()
    assert {path.name for path in (unpacked_wheel / "mlbc_stats" / "data").iterdir()} == {
        "coded_evidence",
        "synthetic",
    }
