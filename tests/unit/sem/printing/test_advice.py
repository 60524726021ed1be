"""Advice is data on the result: given where the literature gives it, silent elsewhere, never a warning."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mlbc_stats import sem

MODEL = "f =~ a + b + c + d"


def answers(cuts: list[float], n: int = 400, seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = (rng.normal(size=(n, 1)) + rng.normal(size=(n, 4))) / np.sqrt(2)
    return dict(zip("abcd", np.digitize(y, cuts).astype(float).T, strict=True))


def topics(fit: sem.SemResult) -> set[str]:
    return {each.topic for each in fit.advice}


def test_few_whole_numbers_in_a_continuous_fit() -> None:
    fit = sem.cfa(MODEL, answers([-0.5, 0.5]))
    (only,) = fit.advice
    assert only.topic == "estimator" and "ordered=" in only.text and only.source == "10.1037/a0029315"
    assert dict(only.values) == dict.fromkeys("abcd", 3)


def test_skewed_codes_in_a_continuous_fit() -> None:
    assert topics(sem.cfa(MODEL, answers([0.6, 1.0, 1.4, 1.8]))) == {"estimator"}


def test_nothing_to_say() -> None:
    assert sem.cfa(MODEL, answers([-1.5, -0.5, 0.5, 1.5])).advice == ()
    rng = np.random.default_rng(1)
    free = dict(zip("abcd", (rng.normal(size=(99, 1)) + rng.normal(size=(99, 4))).T, strict=True))
    fit = sem.cfa(MODEL, free)
    assert fit.advice == () and "Advice" not in fit.summary()
    cov = {"names": list("abcd"), "values": (np.eye(4) + 1).tolist()}
    assert sem.cfa(MODEL, sample_cov=cov, sample_nobs=100).advice == ()


@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.MlbcWarning")
def test_many_symmetric_categories_in_an_ordinal_fit() -> None:
    fit = sem.cfa(MODEL, answers([-1, -0.3, 0.3, 1]), ordered=True)
    (only,) = fit.advice
    assert only.topic == "estimator" and "MLR" in only.text
    assert dict(only.values) == dict.fromkeys("abcd", 5)


def test_few_cases_and_few_categories() -> None:
    fit = sem.cfa(MODEL, answers([0.0], n=150), ordered=True)
    assert topics(fit) == {"cases", "categories"}
    assert [dict(each.values) for each in fit.advice if each.topic == "cases"] == [{"n": 150}]


@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.MlbcWarning")
def test_skew_and_sparse_cells_are_named_and_shown() -> None:
    fit = sem.cfa(MODEL, answers([0.8, 2.2], n=300), ordered=True)
    assert {"skew", "sparse"} <= topics(fit)
    sparse = next(each for each in fit.advice if each.topic == "sparse")
    assert all(count < 5 and " = 2" in cell for cell, count in sparse.values.items())
    assert "Advice (nothing was changed" in fit.summary() and "Advice" in fit._repr_html_()
    assert "estimator" not in topics(fit)
    json.loads(fit.to_json())
