"""`mlbc fit` on a model with levels: the summary and the tables of resamples name them."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "reference" / "kinds" / "own" / "data" / "twolevel_sim.csv"
MODEL = """level: 1
f =~ y1 + y2 + y3
f ~ x
level: 2
fb =~ y1 + y2 + y3
fb ~ w
"""


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.lav"
    path.write_text(MODEL, encoding="utf-8")
    return path


def test_levels_are_named(run, model):
    out = run("fit", model, DATA, "--cluster", "cluster", "--bootstrap", "20", "--seed", "1").stdout
    assert "Regressions (level 2, between clusters)" in out
    assert "Intraclass correlations" in out
    assert out.count("Bootstrap, ") == 4
    assert "level" in out[out.index("Bootstrap, R²") :]


def test_levels_without_clusters_are_refused(run, model):
    found = run("fit", model, DATA, code=2)
    assert "give --cluster column" in found.output


def test_slopes_that_vary_between_clusters(run, tmp_path):
    path = tmp_path / "slopes.lav"
    path.write_text('level: 1\ny ~ rv("s")*x\nlevel: 2\ny ~ w\ns ~ w\ny ~~ s\n', encoding="utf-8")
    data = Path(__file__).parents[2] / "reference" / "data" / "random_slopes.csv"
    out = run("fit", path, data, "--cluster", "unit", "--bootstrap", "10", "--seed", "1").stdout
    assert "x: slope s, see level 2" in out
    assert "No test of fit" in out
    assert "Bootstrap, " in out
    refused = run("fit", path, data, "--cluster", "unit", "--modification-indices", "5", code=2)
    assert "random slopes (s)" in refused.output
