"""The test of exact fit, and simple slopes."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.errors import MlbcWarning, ModelError, NotServedError
from tests.unit.composites.samples import drawn, model

PRODUCT = (
    "fame <~ fame1 + fame2; care <~ care1 + care2; trust <~ trust1 + trust2; trust ~ fame + care + fame:care"
)


def test_a_true_model_is_kept_and_a_wrong_one_rejected() -> None:
    right = composites.fit(model("<~"), drawn(400, 9), weights="modeB")
    for kind in ("estimated", "saturated"):
        table = composites.exact_fit(right, 200, seed=1, model=kind).table
        assert (table["pvalue"] > 0.01).all(), kind
    wrong = composites.fit(
        "one <~ fame1 + care1 + trust1; other <~ fame2 + care2 + trust2; other ~ one",
        drawn(400, 9),
        weights="modeB",
    )
    assert (composites.exact_fit(wrong, 200, seed=1, model="saturated").table["pvalue"] < 0.05).all()


@pytest.mark.slow
def test_the_error_rate_of_exact_fit() -> None:
    """Of composites with mode B: those of mode A do not reproduce the correlations of a factor population."""
    rejected = [
        composites.exact_fit(
            composites.fit(
                "f <~ fame1 + fame2 + fame3; t <~ trust1 + trust2 + trust3; t ~ f",
                drawn(200, seed),
                weights="modeB",
            ),
            200,
            seed=seed,
        ).table.loc["d_uls", "pvalue"]
        < 0.05
        for seed in range(100, 160)
    ]
    assert np.mean(rejected) < 0.1


def test_mode_a_is_told_since_its_population_is_not_the_model() -> None:
    """Exact data of composites: mode B fits them to the last digit, mode A does not."""
    w, block = (
        np.array([0.2, 0.4, 0.8]),
        0.3 + 0.7 * np.eye(3) + 0.2 * (np.outer([1, 1, 0], [1, 1, 0]) - np.diag([1, 1, 0])),
    )
    own = block @ w / np.sqrt(w @ block @ w)
    sigma = np.block([[block, 0.5 * np.outer(own, own)], [0.5 * np.outer(own, own), block]])
    x = np.random.default_rng(3).normal(size=(300, 6))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x.T))).T @ np.linalg.cholesky(sigma).T
    data = dict(zip(("f1", "f2", "f3", "g1", "g2", "g3"), x.T, strict=True))
    text = "f <~ f1 + f2 + f3; g <~ g1 + g2 + g3; g ~ f"
    right, off = (composites.fit(text, data, weights=mode) for mode in ("modeB", "modeA"))
    assert right.fit_measures.loc["d_uls", "estimated"] < 1e-12
    assert off.fit_measures.loc["d_uls", "estimated"] > 1e-4
    with pytest.warns(MlbcWarning, match="f, g: composites with mode A"):
        assert composites.exact_fit(off, 20, seed=1).notes
    assert not composites.exact_fit(right, 20, seed=1).notes
    assert not composites.exact_fit(composites.fit(text, data, weights="unit"), 20, seed=1).notes


def test_exact_fit_says_what_it_cannot_do() -> None:
    fit = composites.fit(model(), drawn())
    with pytest.raises(ModelError, match="model='all'"):
        composites.exact_fit(fit, 10, model="all")
    with pytest.raises(NotServedError, match="several stages"):
        composites.exact_fit(composites.fit(PRODUCT, drawn()), 10)


def test_slopes_follow_the_product() -> None:
    fit = composites.fit(PRODUCT, drawn())
    b = fit.paths["est"].to_numpy()
    boot = composites.bootstrap(fit, 100, seed=1)
    table = composites.simple_slopes(fit, "trust", "fame:care", at=(-1, 2), bootstrap=boot)
    assert table["slope"].to_numpy() == pytest.approx([b[0] - b[2], b[0] + 2 * b[2]])
    assert (table["ci_lower"] < table["slope"]).all()
    with pytest.raises(ModelError, match="the products are fame:care"):
        composites.simple_slopes(fit, "trust", "care:fame")
    with pytest.raises(ModelError, match="product_scale"):
        composites.simple_slopes(composites.fit(PRODUCT, drawn(), product_scale="unit"), "trust", "fame:care")
