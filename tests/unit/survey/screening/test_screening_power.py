"""What each index finds among random and straight answers, and how often it blames attentive respondents.

Limits stand well off the rates that the seeds give (docs/screening.md), so that rounding decides nothing.
"""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest

from mlbc_stats import survey

N, CARELESS = 300, 30
FOUND = {
    "random": {"attention": 0.9, "mahalanobis": 0.9, "even_odd": 0.6, "synonyms": 0.6, "antonyms": 0.2,
               "person_fit": 0.85},
    "straight": {"attention": 0.9, "long_string": 1, "average_string": 1, "variability": 1, "reversed_pairs": 0.6},
}  # fmt: skip
BLAMED = {"synonyms": 0.12, "antonyms": 0.05}
"""Most attentive respondents flagged, where it is more than one in fifty."""
BLIND = {"random": ("long_string", "variability", "reversed_pairs"), "straight": ("mahalanobis",)}


@cache
def screened(kind: str) -> tuple[survey.ScreeningReport, np.ndarray]:
    """Attentive answers, the first of them replaced by careless ones."""
    rng = np.random.default_rng(7)
    drawn = survey.simulate(survey.pilot_population().clean(), n=N, seed=5)
    codes = drawn.codes.copy()
    shape = (CARELESS, codes.shape[1])
    new = (
        rng.integers(1, 8, shape)
        if kind == "random"
        else np.repeat(rng.integers(1, 8, (CARELESS, 1)), shape[1], 1)
    )
    codes[:CARELESS] = np.where(np.isnan(codes[:CARELESS]), np.nan, new)
    return survey.screen(dataclasses.replace(drawn, codes=codes)), np.arange(N) < CARELESS


@pytest.mark.parametrize(("kind", "rule"), [(kind, rule) for kind, rules in FOUND.items() for rule in rules])
def test_careless_answers_are_found(kind: str, rule: str) -> None:
    report, careless = screened(kind)
    assert report.flags[careless, report.rules.index(rule)].mean() >= FOUND[kind][rule]


@pytest.mark.parametrize("kind", FOUND)
def test_attentive_respondents_are_seldom_blamed(kind: str) -> None:
    report, careless = screened(kind)
    for place, rule in enumerate(report.rules):
        if rule != "reading":  # synthetic times are drawn without regard to reading
            assert report.flags[~careless, place].mean() <= BLAMED.get(rule, 0.02), rule


@pytest.mark.parametrize(("kind", "rule"), [(kind, rule) for kind, rules in BLIND.items() for rule in rules])
def test_what_an_index_is_blind_to_is_known(kind: str, rule: str) -> None:
    report, careless = screened(kind)
    assert report.flags[careless, report.rules.index(rule)].mean() <= 0.1
