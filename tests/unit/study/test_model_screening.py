"""lz and lz*: numbers of R, standard normal by the model, low for random answers."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np

from mlbc_stats import study, survey
from mlbc_stats.survey.screening.indices.graded_fit import GradedScale, graded_fit

STORED = Path(__file__).parents[2] / "reference" / "expected" / "graded_fit.json"
DIFFERENCES = 1e-7
"""R took its derivatives by differences."""


def table(rows: list[list[float | None]]) -> np.ndarray:
    return np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=float)


def drawn(n: int, k: int) -> GradedScale:
    """Answers to k items by the model."""
    rng = np.random.default_rng(2)
    loadings = np.linspace(0.5, 0.8, k)
    cuts = [np.array([-1.2, -0.4, 0.3, 1.1]) + shift for shift in np.linspace(-0.4, 0.4, k)]
    y = loadings * rng.normal(size=(n, 1)) + np.sqrt(1 - loadings**2) * rng.normal(size=(n, k))
    places = [np.searchsorted(cut, y[:, item]) for item, cut in enumerate(cuts)]
    return GradedScale(np.column_stack(places).astype(float), loadings, cuts)


def test_the_numbers_are_those_of_r() -> None:
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    scales = [
        GradedScale(table(one["answers"]), np.array(one["loadings"]), list(map(np.array, one["thresholds"])))
        for one in stored["scales"]
    ]
    found = graded_fit(scales)
    np.testing.assert_allclose(found.lz, stored["lz"], rtol=DIFFERENCES, atol=DIFFERENCES)
    np.testing.assert_allclose(found.lz_star, stored["lz_star"], rtol=DIFFERENCES, atol=DIFFERENCES)


def test_it_is_standard_normal_by_the_model() -> None:
    star = graded_fit([drawn(3000, 40)]).lz_star
    assert abs(star.mean()) < 0.2 and 0.9 < star.std() < 1.1
    assert 0.02 < (star < -1.645).mean() < 0.08


def test_few_answers_do_not_count() -> None:
    scale = drawn(5, 4)
    scale.categories[0, :2] = np.nan
    found = graded_fit([scale])
    assert np.isnan(found.lz_star[0]) and found.scales.tolist() == [0, 1, 1, 1, 1]


def test_random_answers_are_found_and_attentive_ones_kept() -> None:
    rng = np.random.default_rng(4)
    responses = survey.simulate(survey.pilot_population().clean(), n=250, seed=6)
    codes = responses.codes.copy()
    random = rng.integers(1, 8, (25, codes.shape[1]))
    codes[:25] = np.where(np.isnan(codes[:25]), np.nan, random)
    report = study.screen(dataclasses.replace(responses, codes=codes))
    flags = report.flags[:, report.rules.index("model_fit")]
    assert flags[:25].mean() > 0.9 and flags[25:].mean() < 0.03


def test_screening_without_models_says_so() -> None:
    report = survey.screen(survey.simulate(survey.pilot_population(), n=30, seed=1))
    assert report.reasons["model_fit"].startswith("no model was fitted")


def test_a_scale_that_nobody_varies_on_is_left_out() -> None:
    responses = survey.simulate(survey.pilot_population().clean(), n=80, seed=6)
    codes = responses.codes.copy()
    codes[:, [name.startswith("tc_pace") for name in responses.item_ids]] = 4
    whole, less = (study.person_fit(one) for one in (responses, dataclasses.replace(responses, codes=codes)))
    assert less["scales"].max() == whole["scales"].max() - 1


def test_too_few_cases_give_a_reason_or_an_index() -> None:
    report = study.screen(survey.simulate(survey.pilot_population().clean(), n=3, seed=6))
    assert report.reasons.get("model_fit") or report.measures["model_fit"].notna().any()
