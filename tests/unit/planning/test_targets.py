"""Populations from standardized targets: what is declared is what is drawn, through answers and instrument alike."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import planning, reliability, survey
from mlbc_stats.errors import ModelError
from mlbc_stats.planning.population.answers import cut, draw_answers
from mlbc_stats.survey.synthetic.latent import latent_system

INSTRUMENT = survey.load_instrument("mlbc_alignment")
TARGETS = {"aln_state ~ TC": -0.3, "aln_state ~ FTC:TC": 0.2, "FTC ~~ TC": -0.2, "CAP ~ aln_state": 0.4}
LARGE = 60_000


def population(**choices):
    return planning.target_population(INSTRUMENT, TARGETS, **choices)


def test_targets_are_the_standardized_slopes_of_the_population() -> None:
    system = latent_system(population())
    values = system.draw(np.random.default_rng(1), LARGE)
    place = {name: k for k, name in enumerate(system.names)}
    columns = [place[name] for name in ("TC", "FTC", "FTC:TC")]
    slopes = np.linalg.lstsq(values[:, columns], values[:, place["ALN"]], rcond=None)[0]
    np.testing.assert_allclose(slopes, [-0.3, 0.0, 0.2], atol=0.015)
    np.testing.assert_allclose(values[:, place["ALN"]].std(), 1, atol=0.01)


@pytest.mark.parametrize("target", [0.6, 0.85])
def test_items_have_the_declared_reliability(target: float) -> None:
    items = [item.id for item in INSTRUMENT.items_of("tc_pace")]
    drawn = draw_answers(population(reliability=target), items, LARGE, 1, 0, np.random.default_rng(2))
    assert reliability.alpha(dict(zip(items, drawn.answers[0].T, strict=True))).alpha == pytest.approx(
        target, abs=0.01
    )


def test_direct_answers_have_the_moments_of_the_questionnaire() -> None:
    plain = planning.target_population(INSTRUMENT, {"aln_state ~ TC": -0.3})
    items = ["tc_pace_1", "aln_state_2", "ftc_sync_1"]
    drawn = draw_answers(plain, items, LARGE, 1, 7, np.random.default_rng(3)).answers[0]
    exact = survey.population_moments(plain, items)
    np.testing.assert_allclose(drawn.mean(axis=0), exact.mean, atol=0.03)
    np.testing.assert_allclose(np.cov(drawn.T), exact.cov, atol=0.05)


def test_clusters_share_what_is_declared_and_samples_share_nothing() -> None:
    many = population(cluster_size=5, organization_share=0.4)
    drawn = draw_answers(many, ["tc_pace_1"], 1000, 20, 0, np.random.default_rng(4))
    assert drawn.cluster is not None
    assert (np.bincount(drawn.cluster) == 5).all()
    x = drawn.answers[..., 0].reshape(20, 200, 5)
    between = x.mean(axis=2).var(ddof=1) - x.var(axis=2, ddof=1).mean() / 5
    loading = many.item_loadings["tc_pace_1"]
    assert between == pytest.approx(0.4 * loading**2, abs=0.03)
    assert abs(np.corrcoef(x.mean(axis=2)[:-1].ravel(), x.mean(axis=2)[1:].ravel())[0, 1]) < 0.05


def test_missing_answers_are_missing_at_random() -> None:
    drawn = draw_answers(
        population(missing=0.1), ["tc_pace_1", "cap_value_1"], 20_000, 1, 7, np.random.default_rng(5)
    )
    missing = np.isnan(drawn.answers[0])
    np.testing.assert_allclose(missing.mean(axis=0), 0.1, atol=0.01)
    assert abs(np.corrcoef(missing.T)[0, 1]) < 0.03


def test_the_same_population_answers_the_questionnaire() -> None:
    responses = survey.simulate(population(missing=0.05), n=40, seed=1)
    assert responses.synthetic
    assert responses.n == 40


@pytest.mark.parametrize("categories", [2, 3, 5, 7])
def test_categories_are_all_used_and_symmetric(categories: int) -> None:
    codes = cut(np.random.default_rng(6).normal(size=LARGE), categories)
    share = np.bincount(codes.astype(int))[1:] / LARGE
    assert len(share) == categories
    np.testing.assert_allclose(share, share[::-1], atol=0.01)


def test_what_makes_no_population_is_refused() -> None:
    with pytest.raises(ModelError, match="expected 'y ~ x'"):
        planning.target_population(INSTRUMENT, {"aln_state <- TC": 0.3})
    with pytest.raises(ModelError, match="reliability=1"):
        population(reliability=1.0)
    with pytest.raises(ModelError, match="no construct 'NOPE'"):
        planning.target_population(INSTRUMENT, {"aln_state ~ NOPE": 0.3})
