"""Synthetic respondents: seeded, marked, drawn by the declared equations through the instrument."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ModelError, ResponseError
from mlbc_stats.survey import Careless, MissingReason, Nesting, Population, population_moments
from mlbc_stats.survey.synthetic.latent import latent_system
from tests.examples.demo_answers import INSTRUMENT

PILOT = survey.pilot_population()
CLEAN = replace(PILOT.clean(), context={"phase": {3: 1.0}, "informant": {1: 1.0}})


def test_the_same_seed_gives_the_same_file(tmp_path) -> None:
    files = [
        survey.write(survey.simulate(PILOT, n=60, seed=seed), tmp_path / f"{k}.csv").read_bytes()
        for k, seed in enumerate((7, 7, 8))
    ]
    assert files[0] == files[1]
    assert files[0] != files[2]


def test_synthetic_answers_are_marked_everywhere(tmp_path) -> None:
    responses = survey.simulate(PILOT, n=10, seed=1)
    assert responses.synthetic
    assert "SYNTHETIC" in responses.source
    lines = survey.write(responses, tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("synthetic,")
    assert all(line.startswith("SYNTHETIC,") for line in lines[1:])


def test_answers_pass_through_the_instrument() -> None:
    responses = survey.simulate(PILOT, n=400, seed=2)
    for position, name in enumerate(responses.item_ids):
        codes = responses.codes[:, position]
        assert set(codes[~np.isnan(codes)]) <= {1, 2, 3, 4, 5, 6, 7}, name
    for item in PILOT.instrument.items:
        if item.route is None:
            continue
        asked = responses.context[item.route.question].isin(item.route.codes)
        reasons = responses.reasons[:, responses.item_ids.index(item.id)]
        assert not (asked & (reasons == MissingReason.NOT_APPLICABLE)).any()
        assert (reasons[~asked] != MissingReason.OBSERVED).all()


def test_reversed_items_run_against_their_construct() -> None:
    frame = survey.simulate(CLEAN, n=800, seed=3).frame()
    for facet in ("tc_timing", "aln_state", "cap_value"):
        ids = {item.id: -1 if item.reversed else 1 for item in PILOT.instrument.items_of(facet)}
        signs = np.outer(list(ids.values()), list(ids.values()))
        assert (np.sign(np.corrcoef(frame[list(ids)].T)) == signs).all()


def test_attentive_informants_pass_the_checks() -> None:
    responses = survey.simulate(CLEAN, n=50, seed=1)
    expected = [responses.instrument.check(name).expected for name in responses.check_ids]
    assert (responses.frame()[list(responses.check_ids)] == expected).all(axis=None)
    slipping = survey.simulate(replace(CLEAN, careless=Careless(slip=1.0)), n=50, seed=1)
    assert not (slipping.frame()[list(responses.check_ids)] == expected).any(axis=None)


def test_latent_variables_have_the_implied_correlations() -> None:
    system = latent_system(PILOT)
    np.testing.assert_allclose(np.diag(system.correlation), 1)
    values = system.draw(np.random.default_rng(1), 200_000)
    np.testing.assert_allclose(np.corrcoef(values.T), system.correlation, atol=0.012)
    place = {name: position for position, name in enumerate(system.names)}
    r = system.correlation
    assert r[place["TC"], place["FTC"]] == pytest.approx(-0.25)
    assert r[place["aln_state"], place["ALN"]] == pytest.approx(1)
    expected = -0.45 * -0.25 - 0.30 + 0.5 * 0.2  # tracing from FTC to ALN
    assert r[place["ALN"], place["FTC"]] == pytest.approx(expected)


def test_population_moments_equal_a_large_sample() -> None:
    names = [
        item.id for item in PILOT.instrument.items if item.construct.startswith(("tc_", "aln_s", "cap_v"))
    ]
    moments = population_moments(replace(CLEAN, method_variance=0.1), names)
    frame = survey.keyed(survey.simulate(replace(CLEAN, method_variance=0.1), n=30_000, seed=4))[names]
    np.testing.assert_allclose(frame.mean(), moments.mean, atol=0.05)  # 4.5 standard errors of a mean
    np.testing.assert_allclose(frame.cov(), moments.cov, atol=0.1)  # about as many of a covariance


def test_population_moments_of_two_cuts_are_exact() -> None:
    """With one cut at zero the covariance of two 0/1 answers is arcsin(ρ) / 2π."""
    points = {"day_1": (0.0,) * 6, "day_3": (0.0,) * 6}
    population = Population(INSTRUMENT, thresholds=points, item_loading=0.8)
    moments = population_moments(population, ["day_1", "day_3"])
    assert moments.cov[0, 1] == pytest.approx(36 * np.arcsin(0.64) / (2 * np.pi), rel=1e-12)
    assert moments.cov[0, 0] == pytest.approx(36 / 4)
    assert moments.mean.tolist() == [4, 4]


def test_population_moments_agree_with_the_bivariate_normal() -> None:
    from scipy.stats import multivariate_normal

    population = Population(INSTRUMENT, item_loadings={"day_1": 0.95, "day_3": 0.9}, shifts={"day_1": 0.3})
    (first, second), rho = np.array([np.linspace(-1.2, 1.8, 6), np.linspace(-1.5, 1.5, 6)]), 0.95 * 0.9
    joint = multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    marginal = multivariate_normal(0, 1)
    expected = sum(joint.cdf([-h, -k]) - marginal.cdf(-h) * marginal.cdf(-k) for h in first for k in second)
    moments = population_moments(population, ["day_1", "day_3"])
    assert moments.cov[0, 1] == pytest.approx(expected, abs=1e-5)  # scipy integrates to about 1e-6 a piece


def test_wrong_populations_are_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(ModelError) as caught:
        Population(
            INSTRUMENT,
            paths={("CALM", "SUN"): 0.3},
            shifts={"day_9": 0.1},
            careless=Careless(random=0.7, straightlining=0.7),
            nesting=Nesting(informants={1: 0.5, 2: 0.4}),
        )
    message = str(caught.value)
    for part in (
        "careless.straightlining + random is 1.4",
        "nesting.informants: shares add up to 0.9",
        "no construct 'SUN'",
        "no item 'day_9'",
    ):
        assert part in message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"paths": {("CALM", "calm_day"): 0.5}}, "run in a circle"),
        ({"paths": {("calm_day", "calm_night"): 0.6}}, "explain 1.9[45]"),
        ({"correlations": {("CALM", "calm_day"): 0.5}}, "not free to choose"),
    ],
)
def test_equations_that_contradict_one_another(fields, message) -> None:
    with pytest.raises(ModelError, match=message):
        survey.simulate(Population(INSTRUMENT, **fields), n=5)


def test_n_must_be_positive() -> None:
    with pytest.raises(ResponseError, match="expected at least one solution"):
        survey.simulate(PILOT, n=0)
