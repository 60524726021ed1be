"""The bootstrap of composite fits: given rows, seeds, intervals, failures, signs."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.errors import ConvergenceWarning, DataError, ModelError
from tests.unit.composites.samples import drawn, model

FIT = composites.fit(model("=~"), drawn())


def test_a_resample_is_the_fit_to_its_cases() -> None:
    rows = np.random.default_rng(2).integers(0, 250, size=(3, 250))
    found = composites.bootstrap(composites.fit(model(), drawn()), rows=rows)
    for b, chosen in enumerate(rows):
        own = composites.fit(model(), {name: values[chosen] for name, values in drawn().items()})
        for family, table in (("paths", own.paths), ("loadings", own.loadings), ("weights", own.weights)):
            assert found.values(family)[1][b] == pytest.approx(table["est"].to_numpy(), abs=1e-7), family


def test_seeds_hold_whatever_the_workers() -> None:
    one, two = (composites.bootstrap(FIT, 300, seed=4, workers=k) for k in (1, 2))
    assert one.draws.paths == pytest.approx(two.draws.paths, abs=1e-9)  # threads may round differently


def test_errors_are_about_those_of_theory_and_intervals_hold_the_estimate() -> None:
    plain = composites.fit("a <~ fame1; b <~ trust1; b ~ a", drawn())
    found = composites.bootstrap(plain, 800, seed=1)
    r = plain.paths["est"].iloc[0]
    assert found.paths()["se"].iloc[0] == pytest.approx((1 - r**2) / np.sqrt(250), rel=0.15)
    for interval in ("percentile", "basic", "normal", "bc", "bca"):
        row = found.paths(interval).iloc[0]
        assert row["ci_lower"] < r < row["ci_upper"], interval


@pytest.mark.parametrize("family", ["weights", "f2", "rsquare", "htmt", "htmt2", "reliability", "distances"])
def test_every_family_has_names_and_values(family: str) -> None:
    table = composites.bootstrap(FIT, 60, seed=2).of(family)
    assert np.isfinite(table[["est", "se"]].to_numpy()).all()
    assert len(table) > 1


def test_effects_have_intervals() -> None:
    found = composites.bootstrap(FIT, 60, seed=2)
    for kind in ("total", "indirect", "specific"):
        assert np.isfinite(found.effects(kind)["est"]).all()


def test_resamples_without_a_solution_are_counted() -> None:
    data = {name: values[:8].copy() for name, values in drawn().items()}
    data["fame1"][:] = [1, 0, 0, 0, 0, 0, 0, 0]
    fit = composites.fit("f <~ fame1 + fame2; g <~ trust1 + trust2; g ~ f", data)
    with pytest.warns(ConvergenceWarning, match="have no solution"):
        found = composites.bootstrap(fit, 400, seed=3)
    assert 60 < found.failures < 250
    assert len(found.draws.paths) == 400 - found.failures


def test_turned_composites_are_counted() -> None:
    noise = np.random.default_rng(6).normal(size=(40, 4))
    data = dict(zip("abcd", noise.T, strict=True))
    fit = composites.fit("f <~ a + b; g <~ c + d; g ~ f", data, max_iter=2000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        kept = composites.bootstrap(fit, 200, seed=1)
        free = composites.bootstrap(fit, 200, seed=1, signs="none")
    assert kept.turned.sum() > 0
    assert free.turned.sum() == 0
    assert "turned" in repr(kept)


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ModelError, match="signs"):
        composites.bootstrap(FIT, 10, signs="all")
    with pytest.raises(ModelError, match="replications"):
        composites.bootstrap(FIT, 0)
    with pytest.raises(DataError, match="names case 250"):
        composites.bootstrap(FIT, rows=[[250, 1]])
    with pytest.raises(DataError, match="whole numbers"):
        composites.bootstrap(FIT, rows=[[0.5, 1]])
    with pytest.raises(ModelError, match="did you mean 'htmt'"):
        composites.bootstrap(FIT, 10, seed=1).of("htmd")
