"""What must hold of the report's statistics whatever the data: invariance, recovery, agreement with each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem

SCALES = {"one": ["a", "b", "c"], "two": ["d", "e", "f"], "rain": ["g", "h", "i"]}
MODEL = "\n".join(f"{name} =~ {' + '.join(items)}" for name, items in SCALES.items())


def items(seed: int, n: int = 400, shared: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, 3))
    factors[:, 1] += 0.5 * factors[:, 0]
    mood = rng.normal(size=(n, 1)) * shared
    values = np.repeat(factors, 3, axis=1) + mood + rng.normal(size=(n, 9))
    return pd.DataFrame(values, columns=list("abcdefghi"))


@pytest.mark.parametrize("seed", range(3))
def test_turning_an_item_turns_its_skewness_and_swaps_floor_and_ceiling(seed: int) -> None:
    answers = np.random.default_rng(seed).integers(1, 6, (60, 2)).astype(float)
    bounds = {"x1": (1, 5), "x2": (1, 5)}
    frame = pd.DataFrame(answers, columns=list(bounds))
    one = reliability.item_distribution(frame, bounds=bounds)
    other = reliability.item_distribution((6 - frame).sample(frac=1, random_state=seed), bounds=bounds)
    np.testing.assert_allclose(other["skewness"], -one["skewness"], atol=1e-12)
    np.testing.assert_allclose(other["kurtosis"], one["kurtosis"], atol=1e-12)
    assert (other["floor"] == one["ceiling"]).all() and (other["mean"] + one["mean"]).round(9).eq(6).all()


@pytest.mark.parametrize("seed", range(3))
def test_joint_shape_does_not_depend_on_scale_or_mixture(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.exponential(size=(120, 4))
    mixed = x @ rng.normal(size=(4, 4)) + rng.normal(size=4)
    one, other = (
        reliability.multivariate_shape(pd.DataFrame(values, columns=list("abcd"))) for values in (x, mixed)
    )
    for name in ("skewness", "kurtosis", "z"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-8)
    np.testing.assert_allclose(one.distances, other.distances, rtol=1e-7)
    np.testing.assert_allclose(one.distances.mean(), 4 * 119 / 120, rtol=1e-10)


def test_clustering_recovers_what_was_put_in_and_knows_no_names() -> None:
    rng = np.random.default_rng(5)
    sizes = rng.integers(1, 8, 1500)
    groups = np.repeat(np.arange(1500), sizes)
    y = np.sqrt(0.3) * rng.normal(size=1500)[groups] + np.sqrt(0.7) * rng.normal(size=len(groups))
    found = reliability.clustering({"y": y}, groups.tolist()).iloc[0]
    assert abs(found["icc1"] - 0.3) < 0.03
    order = rng.permutation(len(y))
    named = [f"firm {2000 - k}" for k in groups[order]]
    again = reliability.clustering({"y": 3 + 2 * y[order]}, named).iloc[0]
    np.testing.assert_allclose(again.to_numpy(dtype=float), found.to_numpy(dtype=float), rtol=1e-9)


@pytest.mark.parametrize("shared", [0.05, 0.2])
def test_adjusted_correlations_undo_the_shared_part_they_assume(shared: float) -> None:
    true = np.array([[1, 0.4, -0.2], [0.4, 1, 0.1], [-0.2, 0.1, 1]])
    seen = np.full((4, 4), shared)
    seen[:3, :3] = true * (1 - shared) + shared
    np.fill_diagonal(seen, 1.0)
    names = ["x", "y", "z", "m"]
    found = reliability.marker_adjusted(pd.DataFrame(seen, names, names), "m", 200)
    np.testing.assert_allclose(found["adjusted"], true[np.triu_indices(3, 1)], atol=1e-12)
    assert (found["r_marker"] == shared).all()


def test_every_model_of_the_marker_technique_contains_the_one_before() -> None:
    found = reliability.marker_technique(MODEL, "rain", items(1, shared=0.6))
    chisq = found.models["chisq"]
    assert chisq["baseline"] >= chisq["method_c"] >= chisq["method_u"]
    assert chisq["method_r"] >= chisq[found.retained] - 1e-6
    assert found.retained != "baseline"
    assert (found.reliability["method"] > 0.02).all()
    again = reliability.marker_technique(
        MODEL, "rain", items(1, shared=0.6).sample(frac=1, random_state=2)[list("ihgfedcba")]
    )
    np.testing.assert_allclose(again.models["chisq"], chisq, rtol=1e-5)


@pytest.mark.slow
def test_a_marker_without_anything_in_common_is_seldom_found() -> None:
    """The chance of a false alarm of the first comparison is its level."""
    rejected = [
        reliability.marker_technique(MODEL, "rain", items(seed, n=300)).comparisons["pvalue"][0] < 0.05
        for seed in range(100, 140)
    ]
    assert np.mean(rejected) < 0.15


def test_htmt_of_items_is_that_of_the_fit_draw_by_draw() -> None:
    data = items(3)
    fit = sem.cfa(MODEL, data)
    want = reliability.bootstrap_summary(sem.bootstrap(fit, 60, seed=9)).htmt
    got = reliability.htmt_intervals(data, SCALES, 60, seed=9)
    for ratio in ("htmt", "htmt2"):
        rows = want[want["index"] == ratio]
        np.testing.assert_allclose(got[ratio], rows["est"], rtol=1e-10)
        np.testing.assert_allclose(got[f"{ratio}_lower"], rows["ci_lower"], rtol=1e-10)
        np.testing.assert_allclose(got[f"{ratio}_upper"], rows["ci_upper"], rtol=1e-10)


def test_htmt_resamples_whole_clusters_and_does_not_mind_turned_items() -> None:
    data = items(4)
    doubled = pd.concat([data, data], ignore_index=True)
    clusters = [*range(len(data)), *range(len(data))]
    wide = reliability.htmt_intervals(doubled, SCALES, 400, seed=1, cluster=clusters)
    plain = reliability.htmt_intervals(data, SCALES, 400, seed=1)
    tight = reliability.htmt_intervals(doubled.assign(a=-doubled["a"]), SCALES, 400, seed=1)
    width = {
        name: (f["htmt_upper"] - f["htmt_lower"]).iloc[0]
        for name, f in zip("wpt", (wide, plain, tight), strict=True)
    }
    np.testing.assert_allclose(wide["htmt"], tight["htmt"], rtol=1e-10)
    assert 0.85 < width["w"] / width["p"] < 1.15
    assert width["t"] < 0.82 * width["p"]


def test_delta_errors_are_those_of_resamples_and_know_no_units() -> None:
    data = items(6, n=600)
    fit = sem.cfa(MODEL, data, estimator="MLR")
    delta = reliability.delta_summary(fit).set_index(["construct", "index"])
    boot = reliability.bootstrap_summary(sem.bootstrap(sem.cfa(MODEL, data), 600, seed=2)).constructs
    boot = boot.set_index(["construct", "index"])
    for name in ("cr", "ave", "omega_model"):
        for factor in SCALES:
            ratio = delta.loc[(factor, name), "se"] / boot.loc[(factor, name), "se"]
            assert 0.85 < ratio < 1.18, (factor, name)
    scaled = reliability.delta_summary(sem.cfa(MODEL, data.assign(a=10 * data["a"]), estimator="MLR"))
    same = scaled.set_index(["construct", "index"]).drop("omega_model", level="index")
    np.testing.assert_allclose(same[["est", "se"]], delta.loc[same.index, ["est", "se"]], rtol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_first_component_lies_between_one_item_and_all(seed: int) -> None:
    share = reliability.first_component(items(seed))
    assert 1 / 9 <= share <= 1
    np.testing.assert_allclose(share, reliability.first_component(5 - 2 * items(seed)), rtol=1e-10)


def test_resampled_ratios_of_incomplete_answers_use_every_row() -> None:
    whole = items(5)
    gaps = whole.mask(np.random.default_rng(2).random(whole.shape) < 0.08)
    got = reliability.htmt_intervals(gaps, SCALES, 80, seed=3, missing="fiml")
    left = reliability.htmt_intervals(gaps, SCALES, 80, seed=3)
    assert (int(got["n"][0]), got.attrs["undefined"]) == (400, 0)
    assert int(left["n"][0]) < 250
    full = reliability.htmt_intervals(whole, SCALES, 80, seed=3, missing="fiml")
    pd.testing.assert_frame_equal(full, reliability.htmt_intervals(whole, SCALES, 80, seed=3))
    width = [(frame["htmt_upper"] - frame["htmt_lower"]).mean() for frame in (full, got, left)]
    assert width[0] < width[1] < width[2]
    # the saturated estimates are those of a model that restricts nothing
    free = "\n".join(f"{a} ~~ {' + '.join(list('abcdefghi')[k:])}" for k, a in enumerate("abcdefghi"))
    saturated = sem.fit(
        free, gaps, kind="lavaan", missing="fiml", meanstructure=True, auto_var=True, int_ov_free=True
    )
    one = reliability.htmt_intervals(
        pd.DataFrame(_rows_with(saturated), columns=list("abcdefghi")), SCALES, 2, seed=1
    )
    np.testing.assert_allclose(got["htmt"], one["htmt"], atol=1e-6)


def _rows_with(fit: sem.SemResult) -> np.ndarray:
    """Rows whose correlations are the model's."""
    cov = fit.solution.implied()[0].sigma
    raw = np.random.default_rng(1).normal(size=(50, len(cov)))
    raw -= raw.mean(axis=0)
    white = np.linalg.solve(np.linalg.cholesky(raw.T @ raw), raw.T).T
    return white @ np.linalg.cholesky(cov).T
