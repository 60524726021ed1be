"""Composite fits: what they recover, what leaves them unchanged, special cases with a closed form."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.composites.weighting.gsca import criterion
from mlbc_stats.composites.weighting.iterate import scaled
from tests.unit.composites.samples import EFFECTS, LOADINGS, drawn, exact, model, population

EXACT = 1e-7
"""Weights stop at changes of 1e-10; what follows from them is good to this."""


@pytest.mark.parametrize("scheme", ["path", "centroid", "factorial"])
def test_consistent_estimates_are_the_population_where_factors_hold(scheme: str) -> None:
    fit = composites.fit(model("=~"), exact(), scheme=scheme)
    found = {(row.lhs, row.rhs): row.est for row in fit.paths.itertuples()}
    assert found == pytest.approx(EFFECTS, abs=EXACT)
    assert fit.loadings["est"].iloc[:3].to_numpy() == pytest.approx(LOADINGS, abs=EXACT)
    assert fit.construct_correlations.to_numpy() == pytest.approx(population()[0], abs=EXACT)
    assert fit.fit_measures.loc["srmr", "saturated"] == pytest.approx(0, abs=EXACT)


@pytest.mark.parametrize("weights", ["unit", "pca", "regression", "modeB", "gsca", "maxvar"])
def test_other_weights_are_corrected_too(weights: str) -> None:
    text = "fame =~ fame1 + fame2 + fame3\ncare =~ care1 + care2 + care3\ntrust =~ trust1 + trust2 + trust3\n"
    fit = composites.fit(text + "trust ~ fame + care", exact(), weights=weights)
    assert fit.construct_correlations.to_numpy() == pytest.approx(population()[0][:3, :3], abs=1e-6)
    assert fit.loadings["est"].iloc[:3].to_numpy() == pytest.approx(LOADINGS, abs=1e-6)


def test_component_analysis_is_at_its_minimum() -> None:
    for operator in ("<~", "=~"):
        fit = composites.fit(
            model(operator), drawn(), weights="gsca", consistent=False, tolerance=1e-12, max_iter=5000
        )
        found = fit.estimates
        least = criterion(found.correlation, found.weights, fit.specification)[0]
        rng = np.random.default_rng(3)
        for _ in range(20):
            moved = found.weights + 0.01 * rng.normal(size=found.weights.shape) * fit.specification.member
            near = scaled(moved, found.correlation)
            assert criterion(found.correlation, near, fit.specification)[0] > least - 1e-12


def test_plain_estimates_of_factors_are_attenuated_paths_and_inflated_loadings() -> None:
    plain = composites.fit(model("<~"), exact())
    assert plain.loadings["est"].iloc[0] > LOADINGS[0]
    assert plain.composite_correlations.loc["fame", "care"] < population()[0][0, 1]
    without = composites.fit(model("=~"), exact(), consistent=False)
    assert without.paths["est"].to_numpy() == pytest.approx(plain.paths["est"].to_numpy(), abs=EXACT)


def test_two_blocks_are_canonical_correlation_and_first_singular_vectors() -> None:
    data = drawn()
    text = "f <~ fame1 + fame2 + fame3; g <~ trust1 + trust2 + trust3; g ~ f"
    x, y = (np.column_stack([data[f"{stem}{k}"] for k in (1, 2, 3)]) for stem in ("fame", "trust"))
    rxx, ryy = np.corrcoef(x.T), np.corrcoef(y.T)
    rxy = np.corrcoef(x.T, y.T)[:3, 3:]
    canonical = composites.fit(text, data, weights="modeB").paths["est"].iloc[0]
    whole = np.linalg.solve(rxx, rxy) @ np.linalg.solve(ryy, rxy.T)
    assert canonical**2 == pytest.approx(np.linalg.eigvals(whole).real.max(), abs=EXACT)
    for aim in ("sumcorr", "maxvar", "minvar"):
        alike = composites.fit(text, data, weights=aim).paths["est"].iloc[0]
        assert abs(alike) == pytest.approx(canonical, abs=EXACT), aim
    weights = composites.fit(text, data, weights="modeA").weights["est"].to_numpy()
    left, _, right = np.linalg.svd(rxy)
    for own, vector in ((weights[:3], left[:, 0]), (weights[3:], right[0])):
        assert own / np.linalg.norm(own) == pytest.approx(vector * np.sign(vector.sum()), abs=EXACT)


def test_weights_from_a_block_alone() -> None:
    data = drawn()
    for mode in ("unit", "pca", "regression"):
        fit = composites.fit(model(), data, weights={"fame": mode, "care": "modeB"})
        assert fit.scores.std(ddof=1).to_numpy() == pytest.approx(np.ones(4), abs=EXACT)
    unit = composites.fit(model(), data, weights="unit")
    z = np.column_stack([data[f"fame{k}"] for k in (1, 2, 3)])
    total = ((z - z.mean(axis=0)) / z.std(axis=0)).sum(axis=1)
    assert np.corrcoef(total, unit.scores["fame"])[0, 1] == pytest.approx(1, abs=EXACT)
    best = composites.fit(model("=~"), exact(), weights="regression", consistent=False)
    regression = np.linalg.solve(population()[1][:3, :3], LOADINGS)
    own = best.weights["est"].iloc[:3].to_numpy()
    assert own / own[0] == pytest.approx(regression / regression[0], abs=1e-5)


def test_nothing_depends_on_units_directions_or_the_order_of_columns() -> None:
    data = drawn()
    fit = composites.fit(model("=~"), data)
    scaled = {name: 3.0 * values + 7.0 for name, values in reversed(data.items())}
    again = composites.fit(model("=~"), scaled)
    assert again.paths["est"].to_numpy() == pytest.approx(fit.paths["est"].to_numpy(), abs=EXACT)
    turned = data | {f"trust{k}": -data[f"trust{k}"] for k in (1, 2, 3)}
    other = composites.fit(model("=~"), turned)
    assert other.loadings["est"].to_numpy() == pytest.approx(fit.loadings["est"].to_numpy(), abs=EXACT)
    signs = np.where((fit.paths["lhs"] == "trust") | (fit.paths["rhs"] == "trust"), -1, 1)
    assert other.paths["est"].to_numpy() == pytest.approx(signs * fit.paths["est"].to_numpy(), abs=EXACT)


def test_a_dominant_indicator_sets_the_sign() -> None:
    data = drawn() | {"fame2": -drawn()["fame2"]}
    text = "fame <~ fame1 + fame2; trust <~ trust1 + trust2; trust ~ fame"
    for indicator in ("fame1", "fame2"):
        fit = composites.fit(text, data, dominant={"fame": indicator})
        loading = fit.loadings.set_index("rhs").loc[indicator, "est"]
        assert loading > 0


def test_case_weights_count_like_repeated_cases() -> None:
    data = drawn(60)
    times = np.random.default_rng(1).integers(1, 4, size=60)
    repeated = {name: np.repeat(values, times) for name, values in data.items()}
    weighted = composites.fit(model(), data | {"w": times}, sampling_weights="w")
    twice = composites.fit(model(), repeated)
    assert weighted.paths["est"].to_numpy() == pytest.approx(twice.paths["est"].to_numpy(), abs=EXACT)


def test_errors_that_correlate_are_left_out_of_the_correction() -> None:
    phi, sigma = population()
    r = sigma.copy()
    r[0, 1] += 0.15
    r[1, 0] += 0.15
    x = np.random.default_rng(2).normal(size=(300, 11))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x.T))).T @ np.linalg.cholesky(r).T
    data = dict(zip(exact(), x.T, strict=True))
    freed = composites.fit(model("=~") + "\nfame1 ~~ fame2", data)
    plain = composites.fit(model("=~"), data)
    gap = [abs(fit.construct_correlations.loc["fame", "care"] - phi[0, 1]) for fit in (freed, plain)]
    assert gap[0] < gap[1]
    assert freed.fit_measures.loc["df", "estimated"] == plain.fit_measures.loc["df", "estimated"] - 1


def test_two_stage_least_squares_finds_the_path_that_least_squares_misses() -> None:
    """With b ~ a and c ~ b the covariances identify b's path to c by a as its instrument."""
    fit = composites.fit(
        "fame =~ fame1 + fame2 + fame3\ntrust =~ trust1 + trust2 + trust3\nstay =~ stay1 + stay2\n"
        "trust ~ fame\nstay ~ trust",
        exact(),
        instruments={"stay": ["fame"]},
    )
    phi = population()[0]
    found = fit.paths.set_index("lhs").loc["stay", "est"]
    assert found == pytest.approx(phi[3, 0] / phi[2, 0], abs=EXACT)


def test_gaps_and_ordinal_answers() -> None:
    data = {name: values.copy() for name, values in drawn(400, 8).items()}
    whole = composites.fit(model(), data).paths["est"].to_numpy()
    holes = np.random.default_rng(4)
    for name in data:
        data[name][holes.random(400) < 0.03] = np.nan
    for missing in ("listwise", "pairwise", "fiml", "mean"):
        with pytest.warns(UserWarning) if missing in ("listwise", "mean") else nullcontext():
            fit = composites.fit(model(), data, missing=missing)
        assert fit.paths["est"].to_numpy() == pytest.approx(whole, abs=0.12), missing
    assert "mean of their indicator" in " ".join(fit.notes)
    codes = {name: np.digitize(values, [-0.8, 0.0, 0.9]) for name, values in exact(2000).items()}
    as_numbers = composites.fit(model("=~"), codes).construct_correlations.to_numpy()
    ordinal = composites.fit(model("=~"), codes, ordered=True)
    phi = population()[0]
    assert np.abs(ordinal.construct_correlations.to_numpy() - phi).max() < 0.06
    assert ordinal.loadings["est"].iloc[0] == pytest.approx(0.8, abs=0.04)
    assert as_numbers.shape == phi.shape


def test_effects_add_up() -> None:
    fit = composites.fit(model(), drawn())
    effects = fit.effects.set_index(["lhs", "rhs"])
    assert effects["total"].to_numpy() == pytest.approx((effects["direct"] + effects["indirect"]).to_numpy())
    chains = fit.specific_effects
    assert chains["path"].tolist() == ["fame -> trust -> stay", "care -> trust -> stay"]
    assert chains["est"].iloc[0] == pytest.approx(effects.loc[("stay", "fame"), "indirect"])


def test_the_estimated_model_is_farther_from_the_data_than_the_saturated_one() -> None:
    table = composites.fit(model("=~"), drawn()).fit_measures
    assert (
        table.loc[["srmr", "d_uls", "d_ml"], "estimated"] >= table.loc[["srmr", "d_uls", "d_ml"], "saturated"]
    ).all()
    assert table.loc["df", "estimated"] > table.loc["df", "saturated"]


def test_a_result_shows_itself_shortly() -> None:
    fit = composites.fit(model(), drawn())
    assert len(repr(fit)) < 1000
    assert "constructs" in repr(fit)
    assert "<table" in fit._repr_html_()
