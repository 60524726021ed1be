"""What the coefficients of one scale mean: coverage of intervals, the gap of α, errors of scores and retests."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import reliability
from mlbc_stats.reliability.answers.henze_zirkler import henze_zirkler
from mlbc_stats.reliability.internal_consistency import alphas_of_covs, feldt_interval
from mlbc_stats.reliability.resampling.scale_intervals import COEFFICIENTS, one_factor_loadings
from mlbc_stats.reliability.whole_scale.equal_loadings import TauEquivalence
from tests.reference.corpus import read_table

EXACT = 1e-8
REFITTED = 1e-5
"""Two searches of the same maximum."""


def named(values: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip("abcdefgh", values.T, strict=False))


def draw(n: int, loadings: list[float], rng: np.random.Generator, error: float = 1.0) -> np.ndarray:
    return np.outer(rng.normal(size=n), loadings) + error * rng.normal(size=(n, len(loadings)))


def tau(values: np.ndarray, **arguments: object) -> TauEquivalence:
    return reliability.tau_equivalence(named(values), **arguments)


def test_feldts_interval_covers_alpha_of_parallel_items() -> None:
    rng = np.random.default_rng(1)
    n, k, true = 60, 5, 5 / 6
    covs = np.stack([np.cov(draw(n, [1.0] * k, rng).T) for _ in range(600)])
    ends = np.array([feldt_interval(value, n, k) for value in alphas_of_covs(covs)])
    covered = np.mean((ends[:, 0] < true) & (true < ends[:, 1]))
    assert covered == pytest.approx(0.95, abs=0.03)


def test_bootstrap_intervals_cover_omega_and_alpha_of_skewed_items() -> None:
    """χ² factors and errors, where Feldt's interval is too short: 100 samples, each of 300 resamples."""
    rng = np.random.default_rng(2)
    loadings = np.array([0.6, 0.8, 1.0, 1.2])
    total = loadings.sum() ** 2
    omega = total / (total + 4)
    alpha = 4 / 3 * (total - np.sum(loadings**2)) / (total + 4)
    covered, feldt = np.zeros(2), 0
    for _ in range(100):
        factor, errors = (rng.chisquare(1, size=(150, k)) / np.sqrt(2) for k in (1, 4))
        data = named(factor * loadings + errors)
        found = reliability.scale_intervals(data, replications=300, coefficients=("alpha", "omega"), seed=1)
        covered += (found["ci_lower"] < [alpha, omega]) & ([alpha, omega] < found["ci_upper"])
        plain = reliability.alpha(data)
        feldt += plain.ci_lower < alpha < plain.ci_upper
    assert np.all(covered >= 86) and np.all(covered > feldt), (covered, feldt)


def test_its_coefficients_are_those_of_the_functions_of_their_own() -> None:
    data = named(draw(120, [0.5, 0.8, 1.0, 1.3], np.random.default_rng(3)))
    found = reliability.scale_intervals(data, replications=50, coefficients=list(COEFFICIENTS), seed=1)["est"]
    bounds, omega = reliability.guttman_bounds(data), reliability.omega(data)
    alpha = reliability.alpha(data)
    assert found["alpha"] == pytest.approx(alpha.alpha, abs=EXACT)
    assert found["standardized"] == pytest.approx(alpha.standardized, abs=EXACT)
    assert found["lambda2"] == pytest.approx(bounds.lambda2, abs=EXACT)
    assert found["lambda6"] == pytest.approx(bounds.lambda6, abs=EXACT)
    assert found["glb"] == pytest.approx(reliability.greatest_lower_bound(data).glb, abs=EXACT)
    assert found["omega"] == pytest.approx(omega.omega, abs=REFITTED)
    assert found["gap"] == pytest.approx(omega.omega - alpha.alpha, abs=REFITTED)
    l2 = np.array(omega.standardized) ** 2
    h = np.sum(l2 / (1 - l2))
    assert found["maximal_h"] == pytest.approx(h / (1 + h), abs=REFITTED)


def test_resamples_are_the_same_for_the_same_seed_and_whole_clusters_vary_more() -> None:
    rng = np.random.default_rng(4)
    place = np.repeat(np.arange(20), 10)
    values = draw(200, [1.0] * 4, rng) + 1.5 * rng.normal(size=(20, 4))[place]
    one, other = (reliability.scale_intervals(named(values), replications=200, seed=5) for _ in range(2))
    assert one.equals(other)
    clustered = reliability.scale_intervals(named(values), replications=200, seed=5, cluster=place.tolist())
    assert clustered.loc["alpha", "se"] > 1.2 * one.loc["alpha", "se"]


def test_loadings_without_a_solution_are_nan() -> None:
    negative = np.array([[[1.0, -0.5], [-0.5, 1.0]]])
    singular = np.ones((1, 3, 3))
    assert np.isnan(one_factor_loadings(negative)).all() and np.isnan(one_factor_loadings(singular)).all()


def test_alpha_falls_short_of_omega_by_the_variance_of_the_loadings() -> None:
    found = tau(draw(400, [0.3, 0.6, 1.0, 1.5], np.random.default_rng(5)), estimator="ML")
    omega = reliability.omega(named(draw(400, [0.3, 0.6, 1.0, 1.5], np.random.default_rng(5))))
    loadings, k = np.array(omega.loadings), 4
    variance = loadings.sum() ** 2 / omega.omega
    assert found.gap == pytest.approx(k / (k - 1) * k * loadings.var() / variance, abs=REFITTED)
    assert found.omega == pytest.approx(omega.omega, abs=REFITTED)
    assert found.gap == pytest.approx(found.omega - found.alpha, abs=EXACT)


@pytest.mark.parametrize(
    ("estimator", "chisq", "difference"),
    [
        ("ML", [0.133423955, 128.644229991, 209.018759832], [128.5108060, 80.3745298]),
        ("MLR", [0.118661746, 111.769045415, 194.267116343], [109.9604252, 84.5286744]),
    ],
)
def test_the_models_are_lavaans(estimator: str, chisq: list[float], difference: list[float]) -> None:
    """lavaan 0.6-14: cfa(std.lv = TRUE) of each model and lavTestLRT."""
    found = reliability.tau_equivalence(
        read_table("data/HolzingerSwineford1939.csv"), ["x4", "x5", "x6", "x9"], estimator=estimator
    )
    assert found.models["chisq"].tolist() == pytest.approx(chisq, rel=1e-6)
    assert found.models["chisq_diff"].tolist()[1:] == pytest.approx(difference, rel=1e-6)
    assert found.models["cfi"].iloc[1] == pytest.approx(0.757327192 if estimator == "ML" else 0.758434082)
    assert (round(found.omega, 3), round(found.alpha, 3), round(found.gap_error, 3)) == (0.835, 0.789, 0.009)


def test_equal_loadings_are_rejected_where_they_are_not_equal() -> None:
    """40 samples of each kind: the test keeps its 5 % and finds loadings of .5 to 1.1."""
    rng = np.random.default_rng(6)
    equal = [tau(draw(150, [0.8] * 4, rng)) for _ in range(40)]
    unequal = [tau(draw(150, [0.5, 0.7, 0.9, 1.3], rng)) for _ in range(40)]
    assert sum(one.choice == "alpha" for one in equal) >= 33
    assert sum(one.choice == "omega" for one in unequal) >= 30
    assert np.mean([one.gap for one in equal]) < 0.01 < np.mean([one.gap for one in unequal])


def test_two_factors_speak_for_neither() -> None:
    rng = np.random.default_rng(7)
    found = tau(np.hstack([draw(300, [1.0] * 3, rng), draw(300, [1.0] * 3, rng)]))
    assert found.choice == "neither" and "number of factors" in found.advice


def test_ordinal_items_have_no_parallel_model_and_no_interval() -> None:
    values = np.digitize(draw(300, [0.4, 0.8, 1.2, 1.6], np.random.default_rng(8)), [-1, 0, 1])
    found = tau(values, ordered=True)
    assert list(found.models.index) == ["congeneric", "tau-equivalent"]
    assert found.choice == "omega" and np.isnan(found.gap_lower)
    assert found.omega == pytest.approx(reliability.ordinal_omega(named(values)).omega, abs=EXACT)


def test_the_standard_error_of_measurement_is_that_of_the_errors() -> None:
    """Errors of variance 1 in each of 6 items: √6 in their sum, and true scores within their intervals."""
    rng = np.random.default_rng(9)
    true = rng.normal(size=4000)
    values = true[:, None] + rng.normal(size=(4000, 6))
    found = reliability.measurement_error(named(values))
    assert found.sem == pytest.approx(np.sqrt(6), rel=0.03)
    assert found.sem_score == pytest.approx(found.sem / 6)
    kelley = found.true_score(values.mean(axis=1))
    inside = (kelley[:, 1] < true) & (true < kelley[:, 2])
    assert inside.mean() == pytest.approx(0.95, abs=0.015)
    again = true[:, None] + rng.normal(size=(4000, 6))
    changed = np.abs(again.sum(axis=1) - values.sum(axis=1)) > found.change
    assert changed.mean() == pytest.approx(0.05, abs=0.015)


def test_a_coefficient_from_elsewhere_takes_the_place_of_omega() -> None:
    data = named(draw(100, [1.0] * 3, np.random.default_rng(10)))
    given, alpha = (reliability.measurement_error(data, coefficient=c) for c in (0.75, "alpha"))
    assert given.sem == pytest.approx(given.sd / 2)
    assert alpha.sem == pytest.approx(alpha.sd * np.sqrt(1 - reliability.alpha(data).alpha))
    assert reliability.measurement_error(data, coefficient="glb").sem < alpha.sem


def test_retest_intervals_cover_stability() -> None:
    """r = .8, everyone gains .5: consistency .8, agreement lower, whose interval allows for other occasions."""
    rng = np.random.default_rng(11)
    covered = np.zeros(4)
    agreement = 1 / (1 + 0.25 + 0.25 / 2)
    for _ in range(300):
        true = rng.normal(size=60)
        x, y = true + rng.normal(size=60) / 2, true + 0.5 + rng.normal(size=60) / 2
        found = reliability.retest({"x": x, "y": y}, "x", "y")
        covered += [
            found.r_lower < 0.8 < found.r_upper,
            found.consistency_lower < 0.8 < found.consistency_upper,
            found.agreement_lower < agreement < found.agreement_upper,
            found.change_lower < 0.5 < found.change_upper,
        ]
    off = covered / 300 - 0.95
    assert np.all(np.abs(off[[0, 1, 3]]) < 0.035) and off[2] > 0, covered / 300


def test_retest_of_items_uses_people_who_answered_all() -> None:
    rng = np.random.default_rng(12)
    values = rng.normal(size=(30, 4))
    values[0, 0] = np.nan
    table = dict(zip(["a1", "b1", "a2", "b2"], values.T, strict=True))
    found = reliability.retest(table, ["a1", "b1"], ["a2", "b2"])
    assert (found.n, found.left_out) == (29, 1)
    means = {"x": values[:, :2].mean(axis=1), "y": values[:, 2:].mean(axis=1)}
    assert found.r == pytest.approx(reliability.retest(means, "x", "y").r)
    assert found.sem == pytest.approx((means["y"] - means["x"])[1:].std(ddof=1) / np.sqrt(2))


def test_henze_and_zirkler_reject_5_percent_of_normal_samples_and_most_others() -> None:
    rng = np.random.default_rng(13)

    def rejected(values: np.ndarray) -> bool:
        root = np.linalg.cholesky(np.cov(values.T, bias=True))
        return henze_zirkler(np.linalg.solve(root, (values - values.mean(axis=0)).T).T)[1] < 0.05

    normal = np.mean([rejected(rng.normal(size=(60, 3))) for _ in range(300)])
    uniform = np.mean([rejected(rng.uniform(size=(150, 3))) for _ in range(50)])
    assert normal == pytest.approx(0.05, abs=0.035)
    assert uniform > 0.9


def test_blocks_of_cases_give_the_same_as_one_block() -> None:
    data = named(np.random.default_rng(14).normal(size=(1100, 3)))
    found = reliability.multivariate_shape(data)
    z = np.column_stack(list(data.values()))
    z = np.linalg.solve(np.linalg.cholesky(np.cov(z.T, bias=True)), (z - z.mean(axis=0)).T).T
    assert found.skewness == pytest.approx(float(np.mean((z @ z.T) ** 3)), rel=EXACT)


@pytest.mark.parametrize(
    ("kind", "skewness", "kurtosis"),
    [
        (1, 0.700113502, -0.901662050),
        (2, 0.958669894, -0.129847645),
        (3, 0.532594386, -1.542820868),
    ],
)
def test_types_of_skewness_and_kurtosis(kind: int, skewness: float, kurtosis: float) -> None:
    """psych 2.2.9: skew(c(1, 2, 2, 5, 7, 3), type = kind) and kurtosi."""
    row = reliability.item_distribution({"a": [1, 2, 2, 5, 7, 3]}, kind=kind).loc["a"]
    assert row["skewness"] == pytest.approx(skewness, abs=1e-9)
    assert row["kurtosis"] == pytest.approx(kurtosis, abs=1e-9)


def test_type_2_is_unbiased_under_normality_and_type_1_is_not() -> None:
    answers = np.random.default_rng(15).normal(size=(10, 20_000))
    data = {f"x{j}": column for j, column in enumerate(answers.T)}
    found = {kind: reliability.item_distribution(data, kind=kind)["kurtosis"].mean() for kind in (1, 2, 3)}
    assert abs(found[2]) < 0.05
    assert found[3] < found[1] < -0.4
