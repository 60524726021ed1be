"""Response surfaces: features are those of the surface, constraints hold, and bad input is told."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from mlbc_stats import surfaces
from mlbc_stats.errors import DataError, DataWarning, ModelError
from mlbc_stats.surfaces.estimation import Products, _profile, solve, weighted_products
from mlbc_stats.surfaces.family import FAMILY, nested
from mlbc_stats.surfaces.features import feature_gradients, features

POLYNOMIALS = [name for name, member in FAMILY.items() if not member.piecewise]


def made(n: int = 200, seed: int = 3, noise: float = 1.0) -> dict[str, Any]:
    """Made-up cases of a shifted, rotated ridge: 0.4(0.7u − v + 0.3)² downwards, 0.3u + 0.2v upwards."""
    rng = np.random.default_rng(seed)
    u, v, e = rng.normal(size=(3, n))
    return {"u": u, "v": v, "z": 0.3 * u + 0.2 * v - 0.4 * (0.7 * u - v + 0.3) ** 2 + noise * e}


@pytest.fixture(scope="module")
def found() -> surfaces.SurfaceResult:
    return surfaces.fit(made(), "z", "u", "v", models=list(FAMILY), outliers="none")


def estimates(result: surfaces.SurfaceResult, model: str = "full") -> Any:
    return result.parameters(model).set_index("name")["est"]


def test_features_are_those_of_the_surface(found: surfaces.SurfaceResult) -> None:
    b, h = estimates(found), 1e-3
    up, here, down = (float(found.predict(t, t)) for t in (h, 0, -h))
    assert b["a1"] == pytest.approx((up - down) / (2 * h)) and b["a2"] == pytest.approx(
        (up - 2 * here + down) / (2 * h * h), abs=1e-6
    )
    up, here, down = (float(found.predict(t, -t)) for t in (h, 0, -h))
    assert b["a3"] == pytest.approx((up - down) / (2 * h))
    assert b["a4"] == pytest.approx((up - 2 * here + down) / (2 * h * h), abs=1e-6)
    x0, y0 = b["X0"], b["Y0"]
    top = found.predict(x0, y0)
    assert found.predict([x0 + h, x0 - h], [y0, y0]).mean() == pytest.approx(
        float(top + b["b3"] * h * h), abs=1e-10
    )
    assert found.predict(x0 + h, y0) == pytest.approx(float(found.predict(x0 - h, y0)), abs=1e-10)
    for axis in "12":
        assert y0 == pytest.approx(b[f"p{axis}0"] + b[f"p{axis}1"] * x0)
    assert b["p11"] * b["p21"] == pytest.approx(-1)
    matrix = [[b["b3"], b["b4"] / 2], [b["b4"] / 2, b["b5"]]]
    assert np.linalg.eigvalsh(matrix)[::-1] == pytest.approx([b["l1"], b["l2"]])
    assert b["PA1.curv"] == pytest.approx(b["l1"] * (1 + b["p11"] ** 2))


@pytest.mark.parametrize("model", ["full", "SRRR", "SRSQD", "SRR", "SSQD"])
def test_gradients_of_features_are_finite_differences(model: str) -> None:
    b = np.array([0.5, 0.4, -0.3, -0.5, 0.6, -0.4])
    steps = 1e-6 * np.eye(6)
    got, up, down = feature_gradients(b, model), features(b + steps, model), features(b - steps, model)
    for name, gradient in got.items():
        assert gradient == pytest.approx((up[name] - down[name]) / 2e-6, rel=1e-5, abs=1e-6), name


@pytest.mark.parametrize("model", ["SRRR", "SRSQD"])
def test_the_derivative_of_a_ridges_profile_is_a_finite_difference(model: str) -> None:
    products = products_of(made())
    for angle in (0.3, 1.2, 2.5):
        (up, _), (down, _) = (_profile(FAMILY[model], np.array(angle + h), products) for h in (1e-5, -1e-5))
        slope = _profile(FAMILY[model], np.array(angle), products)[1]
        assert slope == pytest.approx((up - down) / 4e-5, rel=1e-5)


def products_of(data: dict[str, Any], weights: Any = None) -> Products:
    u, v = data["u"], data["v"]
    basis, root = np.linalg.qr(np.column_stack([np.ones_like(u), u, v, u * u, u * v, v * v]))
    return weighted_products(basis, root, data["z"], np.array([u.std(), v.std()]), weights)


def test_every_model_keeps_its_constraints_and_no_smaller_model_fits_better(
    found: surfaces.SurfaceResult,
) -> None:
    b = {name: found.models[name].coefficients for name in FAMILY}
    for name in ("SRRR", "SRSQD", "SRR", "RR", "SSQD", "SQD"):
        assert 4 * b[name][3] * b[name][5] == pytest.approx(b[name][4] ** 2), name
    assert b["SRSQD"][1] == pytest.approx(b["SRSQD"][2] * b["SRSQD"][4] / (2 * b["SRSQD"][5]))
    assert b["SSQD"][1] == -b["SSQD"][2] and b["RR"][1] == b["RR"][2]
    for small in FAMILY:
        for large in FAMILY:
            if nested(small, large):
                assert found.models[small].rss >= found.models[large].rss - 1e-9, (small, large)
                assert found.compare(small, large)["df"] > 0
    assert (found.table["chisq"] > -1e-9).all() and found.table["weight"].sum() == pytest.approx(1)


@pytest.mark.parametrize("model", POLYNOMIALS)
def test_exchanged_predictors_give_the_mirrored_surface(model: str, found: surfaces.SurfaceResult) -> None:
    mirror = {"onlyx": "onlyy", "onlyy": "onlyx", "onlyx2": "onlyy2", "onlyy2": "onlyx2"}.get(model, model)
    turned = surfaces.fit(made(), "z", "v", "u", models=[mirror], outliers="none")
    order = [0, 2, 1, 5, 4, 3]
    assert turned.models[mirror].coefficients[order] == pytest.approx(
        found.models[model].coefficients, abs=1e-9
    )
    same, other = turned.models[mirror].vcov[np.ix_(order, order)], found.models[model].vcov
    assert same == pytest.approx(other, abs=1e-9)


def test_what_was_put_in_comes_out() -> None:
    got = surfaces.fit(made(20000, 5, 0.5), "z", "u", "v", models=["SRRR"], outliers="none")
    b = estimates(got, "SRRR")
    want = {"b1": 0.3 - 0.4 * 2 * 0.7 * 0.3, "b2": 0.2 + 0.4 * 2 * 0.3, "S": 0.7, "b5": -0.4}
    for name, value in want.items():
        assert b[name] == pytest.approx(value, abs=0.03), name
    exact = estimates(
        surfaces.fit(made(50, 5, 1e-9), "z", "u", "v", models=["SRRR"], outliers="none"), "SRRR"
    )
    assert {name: exact[name] for name in want} == pytest.approx(want, abs=1e-6)


def test_intervals_of_a4_cover_it_in_95_of_100_samples_with_unequal_variances() -> None:
    rng, hits = np.random.default_rng(8), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        for _ in range(150):
            u, v, e = rng.normal(size=(3, 120))
            data = {"u": u, "v": v, "z": -0.3 * (u - v) ** 2 + e * (0.5 + 0.4 * np.abs(u))}
            row = (
                surfaces.fit(data, "z", "u", "v", models=["full"], errors="HC3")
                .parameters()
                .set_index("name")
                .loc["a4"]
            )
            hits += row["ci_lower"] < -1.2 < row["ci_upper"]
    assert 0.90 <= hits / 150 <= 0.99


@pytest.mark.parametrize("model", ["full", "SRRR", "SRSQD", "SSQD"])
def test_weights_are_repeated_cases(model: str) -> None:
    data, rng = made(80), np.random.default_rng(1)
    rows = rng.integers(80, size=(3, 80))
    weights = np.array([np.bincount(row, minlength=80) for row in rows], dtype=float)
    got = solve(FAMILY[model], products_of(data, weights)).coefficients
    for row, own in zip(rows, got, strict=True):
        again = surfaces.fit(
            {k: c[row] for k, c in data.items()}, "z", "u", "v", models=[model], outliers="none"
        )
        assert own == pytest.approx(again.models[model].coefficients, abs=1e-7)


def test_bootstrap_errors_are_near_robust_ones() -> None:
    got = surfaces.fit(
        made(300), "z", "u", "v", models=["SSQD"], errors="HC3", bootstrap=400, seed=1, outliers="none"
    )
    table = got.parameters("SSQD").set_index("name").loc[["b1", "b3", "a4", "C"]]
    assert (np.abs(table["boot_se"] / table["se"] - 1) < 0.25).all()
    assert ((table["boot_lower"] < table["est"]) & (table["est"] < table["boot_upper"])).all()


def test_centres_units_and_high_scales_change_no_surface() -> None:
    data = made()
    plain = surfaces.fit(data, "z", "u", "v", models=["SRRR"], outliers="none")
    moved = {"u": 100 + 15 * data["u"], "v": 100 + 15 * data["v"], "z": data["z"]}
    for center, scale in (
        ("none", "none"),
        ("pooled", "pooled"),
        ("variablewise", "variablewise"),
        (90.0, "none"),
    ):
        got = surfaces.fit(moved, "z", "u", "v", models=["SRRR"], center=center, scale=scale, outliers="none")
        for model in ("full", "SRRR"):
            assert got.predict(115, 85, model) == pytest.approx(float(plain.predict(1, -1, model)), abs=1e-7)
            assert got.table["chisq"][model] == pytest.approx(plain.table["chisq"][model], abs=1e-6)
    middle = surfaces.fit(
        moved, "z", "u", "v", center="midpoint", scale_range=(40, 160), models=["SQD"], outliers="none"
    )
    assert middle.cases.center.tolist() == [100, 100]


def test_controls_enter_every_model() -> None:
    data = made()
    data["age"] = np.random.default_rng(2).normal(size=200) + data["u"]
    data["z"] = data["z"] + 0.5 * data["age"]
    got = surfaces.fit(
        data, "z", "u", "v", models=["SSQD", "null", "absdiff"], controls=["age"], outliers="none"
    )
    for model in got.models:
        assert "age" in estimates(got, model).index and got.table["r2"][model] > 0
    terms = np.column_stack([got.cases.terms()])
    assert got.models["full"].coefficients == pytest.approx(np.linalg.lstsq(terms, data["z"], rcond=None)[0])


def test_an_influential_case_is_named_and_removed_when_asked() -> None:
    data = made(100)
    data["u"][7], data["v"][7], data["z"][7] = 6.0, -6.0, 40.0
    with pytest.warns(DataWarning, match=r"row 7, from 0\) and are marked"):
        kept = surfaces.fit(data, "z", "u", "v")
    with pytest.warns(DataWarning, match="were left out"):
        removed = surfaces.fit(data, "z", "u", "v", outliers="remove")
    assert (kept.n, removed.n) == (100, 99) and kept.outlying.tolist() == removed.outlying.tolist() == [7]


def test_missing_values_are_left_out_and_told() -> None:
    data = made()
    data["u"][:3] = np.nan
    with pytest.warns(DataWarning, match="3 of 200 cases lack a value"):
        assert surfaces.fit(data, "z", "u", "v", outliers="none").n == 197


def test_an_outcome_without_curvature_gives_no_foreign_warning(found: surfaces.SurfaceResult) -> None:
    assert set(estimates(found, "additive").index) & {"X0", "p11"} == set()
    assert "SurfaceResult" in repr(found) and "<dt>" in found._repr_html_()


def test_a_perfect_surface_and_few_cases_leak_no_foreign_warning() -> None:
    u, v = np.random.default_rng(4).normal(size=(2, 8))
    for z in (u * v, np.round(4 * u) * 1.0, v):
        got = surfaces.fit(
            {"u": u, "v": v, "z": z},
            "z",
            "u",
            "v",
            models=list(FAMILY),
            bootstrap=20,
            seed=1,
            outliers="none",
        )
        assert len(got.table) == len(FAMILY)
        for model in got.models:
            assert len(got.parameters(model)) >= 6


def test_no_case_below_the_line_gives_no_absolute_difference() -> None:
    data = made() | {"v": made()["u"] - 1 - np.abs(made()["v"])}
    with pytest.raises(DataError, match="never crossing"):
        surfaces.fit(data, "z", "u", "v", models=["absdiff"])


@pytest.mark.parametrize(
    ("change", "options", "error", "words"),
    [
        ({"u": np.ones(200)}, {}, DataError, "u has one value"),
        ({"z": np.ones(200)}, {}, DataError, "z has one value"),
        ({"u": np.arange(200) % 2}, {}, DataError, "linear combination"),
        ({"u": made()["v"]}, {}, DataError, "linear combination"),
        ({"u": np.r_[np.arange(7.0), np.full(193, np.nan)]}, {}, DataError, "7 complete cases"),
        ({}, {"models": ["SQR"]}, ModelError, "SQD"),
        ({}, {"models": "SQD"}, ModelError, "lists"),
        ({}, {"errors": "robust"}, ModelError, "HC3"),
        ({}, {"center": "mean"}, ModelError, "not known"),
        ({}, {"center": "midpoint"}, ModelError, "scale_range"),
        ({}, {"scale": "sd"}, ModelError, "not known"),
        ({}, {"outliers": "drop"}, ModelError, "remove"),
        ({}, {"controls": ["u"]}, ModelError, "different columns"),
        ({}, {"bootstrap": -1}, ModelError, "resamples"),
    ],
)
def test_bad_input_is_told(change: Any, options: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        surfaces.fit(made() | change, "z", "u", "v", **options)


def test_questions_without_an_answer_are_told(found: surfaces.SurfaceResult) -> None:
    with pytest.raises(ModelError, match="not within"):
        found.compare("IA", "SRRR")
    with pytest.raises(ModelError, match="was not fitted; add it"):
        surfaces.fit(made(), "z", "u", "v", models=[], outliers="none").parameters("SQD")
    with pytest.raises(ModelError, match="level"):
        found.parameters(level=95)
