"""Six perspectives on fit: true ones are found, absent ones rarely, and what a claim needs beside is looked at."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import perspectives, regression, surfaces
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.report import perspective_plot

N = 300


def ask(data, predictors, perspective, **changes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return perspectives.fit(data, "y", predictors, perspective, **{"bootstrap": 200, **changes})


def drawn(perspective, effect, seed=1):
    """Cases in which a perspective holds with this strength."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.normal(size=(3, N))
    noise = rng.normal(size=N)
    if perspective == "moderation":
        y = 0.2 * a + effect * a * b
    elif perspective == "mediation":
        b = 0.5 * a + rng.normal(size=N)
        y = effect * b
    elif perspective == "matching":
        y = -effect * (a - b) ** 2
    elif perspective == "gestalts":
        kind = rng.choice(2, size=N)
        a, b, c = a + 4 * kind, b + 4 * kind, c
        y = 2 * effect * kind
    elif perspective == "profile_deviation":
        y = -2 * effect * np.sqrt((a - 1) ** 2 + (b - 1) ** 2 + (c + 1) ** 2)
    else:
        common = rng.normal(size=N)
        a, b, c = (common + 0.7 * each for each in (a, b, c))
        y = effect * common
    return {"a": a, "b": b, "c": c, "y": y + noise}


CASES = {
    "moderation": (["a", "b"], {}),
    "mediation": (["a", "b"], {}),
    "matching": (["a", "b"], {}),
    "gestalts": (["a", "b"], {"n_classes": (1, 2)}),
    "profile_deviation": (["a", "b", "c"], {"ideal": {"a": 1, "b": 1, "c": -1}}),
    "covariation": (["a", "b", "c"], {}),
}


@pytest.mark.parametrize("perspective", CASES)
def test_what_is_there_is_found_and_shown(perspective):
    predictors, options = CASES[perspective]
    found = ask(drawn(perspective, 0.4), predictors, perspective, synthetic=True, **options)
    assert found.verdict == "supported", found.reason
    assert found.n == N and found.asks and "SYNTHETIC" in repr(found)
    assert found.claim in found._repr_html_().replace("&#x27;", "'")
    assert "SYNTHETIC" in perspective_plot(found).svg
    assert perspective_plot(found).description.startswith(f"{found.quantity.name}: supported")


@pytest.mark.parametrize("perspective", [name for name in CASES if name != "gestalts"])
def test_what_is_not_there_is_rarely_found(perspective):
    predictors, options = CASES[perspective]
    options = options | ({"bootstrap": 0} if perspective == "matching" else {})
    errors = [
        ask(drawn(perspective, 0.0, seed), predictors, perspective, **options).verdict
        in ("supported", "opposite")
        for seed in range(30)
    ]
    assert sum(errors) <= 6  # 30 tests at 5 %: more than 6 in one of 1,000 runs


def test_the_share_between_classes_has_its_nominal_error():
    from mlbc_stats.perspectives.kinds.gestalts import _share

    rng = np.random.default_rng(2)
    assigned = rng.integers(1, 4, size=200)
    none = [_share(rng.normal(size=200), assigned, 3).interval(0.95)[0] > 0 for _ in range(400)]
    assert np.mean(none) == pytest.approx(0.025, abs=0.02)
    y = rng.normal(size=200) + assigned
    share = _share(y, assigned, 3)
    low, high = share.interval(0.90)
    assert low < share.estimate < high


@pytest.mark.parametrize("perspective", ["moderation", "mediation", "matching", "covariation"])
def test_the_latent_form_finds_it_too(perspective):
    data, rng = drawn(perspective, 0.4), np.random.default_rng(3)
    names = [*CASES[perspective][0], "y"]
    items = {f"{name}{i}": data[name] + 0.5 * rng.normal(size=N) for name in names for i in range(3)}
    measures = {name: [f"{name}{i}" for i in range(3)] for name in names}
    found = ask(items, CASES[perspective][0], perspective, measures=measures)
    assert found.latent and found.verdict == "supported", found.reason
    assert perspective_plot(found, synthetic=True).description


def test_numbers_are_those_of_what_they_rest_on():
    data = drawn("moderation", 0.3)
    standard = {name: (v - v.mean()) / v.std(ddof=1) for name, v in data.items()}
    product = regression.fit(
        {**standard, "p": standard["a"] * standard["b"]}, "y", ["a", "b", "p", "c"]
    ).value("p")
    found = ask(data, ["a", "b"], "moderation", controls=["c"]).quantity
    assert (found.estimate, found.se) == pytest.approx(product)
    data = drawn("matching", 0.3)
    found = ask(data, ["a", "b"], "matching", seed=4)
    surface = surfaces.fit(
        {**data, "y": (data["y"] - data["y"].mean()) / data["y"].std(ddof=1)},
        "y",
        "a",
        "b",
        center="pooled",
        scale="pooled",
        errors="HC3",
        bootstrap=200,
        seed=4,
    )
    row = surface.parameters().set_index("name").loc["a4"]
    part = found.quantity
    assert (part.estimate, part.lower, part.upper) == pytest.approx(
        (row["est"], row["boot_lower"], row["boot_upper"])
    )


def test_agreement_elsewhere_is_no_matching():
    data = drawn("matching", 0.4)
    found = ask(data | {"b": data["b"] + 2}, ["a", "b"], "matching")
    assert found.verdict == "undecided" and "p10" in found.reason
    found = ask(data | {"b": 3 * data["b"]}, ["a", "b"], "matching")
    assert found.verdict == "undecided" and "p11" in found.reason


def test_one_class_leaves_gestalts_undecided():
    found = ask(drawn("moderation", 0.4), ["a", "b"], "gestalts", n_classes=(1, 2))
    assert found.verdict == "undecided" and "one class" in found.reason


def test_the_ideal_of_the_best_is_tested_in_others():
    data = drawn("profile_deviation", 0.6)
    found = ask(data, ["a", "b", "c"], "profile_deviation", top=0.2)
    assert found.n == N // 2 and found.verdict == "supported"
    assert found.table["ideal (standardized)"].to_numpy() @ [1, 1, -1] > 0.5
    nothing = [
        ask(drawn("profile_deviation", 0.0, seed), ["a", "b", "c"], "profile_deviation").verdict
        == "supported"
        for seed in range(30)
    ]
    assert sum(nothing) <= 4  # one side at 2.5 %


def test_no_single_pattern_is_no_covariation():
    data = drawn("moderation", 0.4)
    d = data["a"] + 0.3 * data["c"] + 0.5 * np.random.default_rng(5).normal(size=N)
    found = ask(
        data | {"d": d, "b": data["b"] + data["c"], "y": data["a"] + data["y"]},
        ["a", "b", "c", "d"],
        "covariation",
    )
    assert found.verdict != "supported"


def test_cases_with_gaps_are_left_out_and_told():
    data = drawn("moderation", 0.4)
    data["a"][:5] = np.nan
    found = ask(data, ["a", "b"], "moderation")
    assert found.n == N - 5 and "5 of 300 cases lack a value" in found.warnings[0]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"perspective": "matchings"}, ModelError, "did you mean 'matching'"),
        ({"predictors": ["a"]}, ModelError, "takes 2 predictors as a list; got 1"),
        ({"predictors": "ab"}, ModelError, "as a list; got 'ab'"),
        ({"predictors": ["a", "y"]}, ModelError, "different columns"),
        ({"sign": 0}, ModelError, "expected 1 or -1"),
        ({"smallest": 0}, ModelError, "positive"),
        ({"measures": {"a": ["c"]}}, ModelError, "two items or more"),
        ({"measures": {"x": ["c", "b"]}}, ModelError, "neither outcome nor predictor"),
        ({"perspective": "gestalts", "measures": {"a": ["b", "c"]}}, ModelError, "observed scores"),
        ({"perspective": "profile_deviation", "ideal": {"a": 1}}, ModelError, "lacks b"),
        ({"perspective": "profile_deviation", "ideal": {"q": 1}}, ModelError, "not among the predictors"),
        ({"perspective": "profile_deviation", "weights": {"a": -1}}, ModelError, "negative"),
        ({"perspective": "profile_deviation", "top": 0.6}, ModelError, "shares below"),
        ({"data": {"a": [1, 2], "b": [2, 1], "y": [1, 2]}}, DataError, "2 complete cases"),
        ({"data": {"a": [1] * 20, "b": range(20), "y": range(20)}}, DataError, "a"),
    ],
)
def test_what_is_wrong_is_told(given, error, message):
    options = {"data": drawn("moderation", 0.1), "predictors": ["a", "b"], "perspective": "matching"} | given
    if given.keys() <= {"data"}:
        options["perspective"] = "moderation"
    with pytest.raises(error, match=message):
        perspectives.fit(
            options.pop("data"), "y", options.pop("predictors"), options.pop("perspective"), **options
        )
