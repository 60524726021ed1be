"""Estimates of clean synthetic answers recover the population: 95 % intervals cover what they should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import bridge, sem, survey

pytestmark = pytest.mark.slow

REPLICATIONS, SIZE, SEED = 200, 300, 1
# The share among 200 of intervals that cover at 95 % lies between .895 and .995 for all of 33 parameters in 99 of
# 100 cases. Codes on seven points have lighter tails than the normal: intervals may be a little too wide.
LOWEST, HIGHEST, MEAN = 0.895, 0.995, (0.94, 0.97)

PILOT = survey.pilot_population()
POPULATION = replace(
    PILOT.clean(),
    paths={("ALN", "ftc_sync"): 0.3, ("ALN", "oml_learn"): 0.3},
    correlations={("FTC", "OML"): 0.5},
    context={"phase": {3: 1.0}, "informant": {1: 1.0}},
)
FACTORS = ("aln_state", "ftc_sync", "oml_learn")
RIGHT = f"{bridge.measurement_model(POPULATION.instrument, FACTORS)}\naln_state ~ ftc_sync + oml_learn"
WRONG = RIGHT.removesuffix(" + oml_learn") + " + 0*oml_learn"


@pytest.fixture(scope="module")
def truth() -> pd.Series:
    """Pseudo-true parameters: the right model fitted to the exact moments of the codes."""
    names = [item.id for factor in FACTORS for item in POPULATION.instrument.items_of(factor)]
    moments = survey.population_moments(POPULATION, names)
    fit = sem.fit(RIGHT, sample_cov=pd.DataFrame(moments.cov, names, names), sample_nobs=10**8)
    return free(fit)["est"]


@pytest.fixture(scope="module")
def samples() -> list[pd.DataFrame]:
    """Independent samples: clean cases are independent, so one draw cut in pieces gives them."""
    frame = survey.keyed(survey.simulate(POPULATION, n=REPLICATIONS * SIZE, seed=SEED))
    return [frame.iloc[k * SIZE : (k + 1) * SIZE] for k in range(REPLICATIONS)]


def free(fit: sem.SemResult) -> pd.DataFrame:
    table = fit.parameters
    return table[table["free"] > 0].set_index(["lhs", "op", "rhs"])


def coverage(model: str, samples: list[pd.DataFrame], truth: pd.Series) -> pd.Series:
    """Share of samples whose 95 % interval holds the true value, per parameter."""
    hits = []
    for sample in samples:
        found = free(sem.fit(model, sample)).join(truth.rename("truth"), how="inner")
        hits.append((found["ci_lower"] <= found["truth"]) & (found["truth"] <= found["ci_upper"]))
    return pd.concat(hits, axis=1).mean(axis=1)


def recovers(shares: pd.Series) -> bool:
    return bool(shares.between(LOWEST, HIGHEST).all() and MEAN[0] <= shares.mean() <= MEAN[1])


def test_intervals_cover_at_the_nominal_rate(samples, truth) -> None:
    shares = coverage(RIGHT, samples, truth)
    assert len(shares) == len(truth)
    assert recovers(shares), shares.sort_values().to_string()


def test_a_wrong_model_fails_the_same_test(samples, truth) -> None:
    shares = coverage(WRONG, samples, truth)
    assert not recovers(shares)
    assert shares["aln_state", "~", "ftc_sync"] < 0.5


def test_the_pseudo_true_path_is_the_declared_one(truth) -> None:
    """Cutting into codes shrinks all scales alike, so the path keeps its value but for the markers' scales."""
    assert truth["aln_state", "~", "ftc_sync"] == pytest.approx(0.3, abs=0.03)
    assert np.isfinite(truth).all()
