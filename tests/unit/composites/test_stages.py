"""Constructs of higher order and products of constructs."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.errors import ModelError, NotServedError
from tests.unit.composites.samples import drawn, exact

HIGHER = (
    "fame <~ fame1 + fame2 + fame3\ncare <~ care1 + care2 + care3\nview <~ fame + care\n"
    "trust <~ trust1 + trust2 + trust3\ntrust ~ view"
)
PRODUCT = (
    "fame {0} fame1 + fame2 + fame3\ncare {0} care1 + care2 + care3\ntrust {0} trust1 + trust2 + trust3\n"
    "trust ~ fame + care + fame:care"
)
EXACT = 1e-7


def test_disjoint_stages_are_two_fits_by_hand() -> None:
    data = drawn()
    fit = composites.fit(HIGHER, data, weights={"view": "modeB"})
    first = composites.fit(
        HIGHER.replace("view <~ fame + care\n", "").replace("~ view", "~ fame + care"), data
    )
    scores = {name: first.scores[name].to_numpy() for name in ("fame", "care")}
    second = composites.fit(
        "view <~ s_fame + s_care\ntrust <~ trust1 + trust2 + trust3\ntrust ~ view",
        data | {f"s_{name}": values for name, values in scores.items()},
        weights={"view": "modeB"},
    )
    assert fit.weights["est"].to_numpy() == pytest.approx(second.weights["est"].to_numpy(), abs=EXACT)
    assert fit.paths["est"].to_numpy() == pytest.approx(second.paths["est"].to_numpy(), abs=EXACT)
    assert fit.scores["view"].to_numpy() == pytest.approx(second.scores["view"].to_numpy(), abs=EXACT)
    assert fit.first_stage is not None
    assert fit.first_stage.weights["est"].to_numpy() == pytest.approx(
        first.weights["est"].to_numpy(), abs=EXACT
    )


@pytest.mark.parametrize("higher", ["embedded", "repeated", "scores"])
def test_other_ways_give_nearly_the_same_path(higher: str) -> None:
    disjoint = composites.fit(HIGHER, drawn()).paths.set_index("lhs").loc["trust", "est"]
    fit = composites.fit(HIGHER, drawn(), higher=higher)
    paths = fit.paths[(fit.paths["lhs"] == "trust") & (fit.paths["rhs"] == "view")]
    assert paths["est"].iloc[0] == pytest.approx(disjoint, abs=0.05)
    assert fit.reliability["ave"].notna().all()


def test_a_second_order_factor_of_factors_is_found_in_the_population() -> None:
    """Three first-order factors with loadings .8, .7, .6 on one of second order, which an outcome follows."""
    second, path = np.array([0.8, 0.7, 0.6]), 0.5
    phi = np.eye(4)
    phi[:3, :3] = np.outer(second, second) + np.diag(1 - second**2)
    phi[3, :3] = phi[:3, 3] = path * second
    table = np.kron(np.eye(4), np.array([[0.8], [0.75], [0.7]]))
    sigma = table @ phi @ table.T
    np.fill_diagonal(sigma, 1.0)
    x = np.random.default_rng(2).normal(size=(300, 12))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x.T))).T @ np.linalg.cholesky(sigma).T
    data = {f"{name}{k}": x[:, 3 * j + k] for j, name in enumerate("abcy") for k in range(3)}
    blocks = "\n".join(f"{n} =~ {n}0 + {n}1 + {n}2" for n in "abcy")
    fit = composites.fit(blocks + "\ntop =~ a + b + c\ny ~ top", data)
    assert fit.paths["est"].iloc[0] == pytest.approx(path, abs=1e-6)
    assert fit.loadings.query("lhs == 'top'")["est"].to_numpy() == pytest.approx(second, abs=1e-6)


def test_bootstrap_goes_through_all_stages() -> None:
    for text, options in ((HIGHER, {}), (PRODUCT.format("<~"), {"products": "product_indicator"})):
        fit = composites.fit(text, drawn(), **options)  # type: ignore[arg-type]
        same = composites.bootstrap(fit, rows=np.arange(250)[None].repeat(2, axis=0))
        assert same.values("paths")[1][0] == pytest.approx(fit.paths["est"].to_numpy(), abs=EXACT)
        chosen = np.random.default_rng(1).integers(0, 250, (1, 250))
        once = composites.bootstrap(fit, rows=chosen).values("paths")[1][0]
        again = composites.fit(text, {n: v[chosen[0]] for n, v in drawn().items()}, **options)  # type: ignore[arg-type]
        assert once == pytest.approx(again.paths["est"].to_numpy(), abs=EXACT)


def test_products_of_scores_are_a_regression_with_them() -> None:
    fit = composites.fit(PRODUCT.format("<~"), drawn())
    s = fit.scores
    x = np.column_stack([np.ones(250), s["fame"], s["care"], s["fame"] * s["care"]])
    b = np.linalg.lstsq(x, s["trust"].to_numpy(), rcond=None)[0]
    assert fit.paths["est"].to_numpy() == pytest.approx(b[1:], abs=EXACT)
    residual = s["trust"] - x @ b
    assert fit.rsquare.loc["trust", "r2"] == pytest.approx(1 - residual.var() / s["trust"].var(), abs=EXACT)
    unit = composites.fit(PRODUCT.format("<~"), drawn(), product_scale="unit")
    deviation = (s["fame"] * s["care"]).std(ddof=1)
    assert unit.paths["est"].iloc[2] == pytest.approx(b[3] * deviation, abs=1e-6)


@pytest.mark.slow
def test_corrected_products_recover_an_interaction_and_a_square() -> None:
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=(2, 40_000))
    b = 0.4 * a + np.sqrt(1 - 0.16) * b
    y = 0.3 * a + 0.3 * b + 0.25 * (a * b - 0.4) + 0.15 * (a**2 - 1)
    y += rng.normal(size=len(a)) * np.sqrt(1 - y.var())
    data = {
        f"{name}{k}": 0.75 * score + np.sqrt(1 - 0.75**2) * rng.normal(size=len(a))
        for name, score in (("a", a), ("b", b), ("y", y))
        for k in range(3)
    }
    blocks = "\n".join(f"{name} =~ {name}0 + {name}1 + {name}2" for name in "aby")
    text = blocks + "\ny ~ a + b + a:b + a:a"
    found = composites.fit(text, data).paths["est"].to_numpy()
    assert found == pytest.approx([0.3, 0.3, 0.25, 0.15], abs=0.03)
    plain = composites.fit(text, data, consistent=False).paths["est"].to_numpy()
    assert plain[2] < 0.2


@pytest.mark.parametrize("products", ["reestimated", "product_indicator", "orthogonal"])
def test_other_products_agree_about_the_slopes(products: str) -> None:
    two = composites.fit(PRODUCT.format("<~"), drawn()).paths["est"].to_numpy()
    fit = composites.fit(PRODUCT.format("<~"), drawn(), products=products)
    assert fit.paths["est"].to_numpy()[:2] == pytest.approx(two[:2], abs=0.06)
    assert fit.scores["fame:care"].std(ddof=1) == pytest.approx(1, abs=EXACT)


def test_orthogonal_products_leave_the_main_effects_as_they_are() -> None:
    without = composites.fit(PRODUCT.format("<~").replace(" + fame:care", ""), drawn(), weights="unit")
    fit = composites.fit(PRODUCT.format("<~"), drawn(), weights="unit", products="orthogonal")
    assert fit.paths["est"].to_numpy()[:2] == pytest.approx(without.paths["est"].to_numpy(), abs=EXACT)


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(ModelError, match="higher='both'"):
        composites.fit(HIGHER, drawn(), higher="both")
    with pytest.raises(NotServedError, match="a dimension"):
        composites.fit(HIGHER + "\ntrust ~ fame", drawn())
    with pytest.raises(ModelError, match="make these a construct"):
        composites.fit(HIGHER.replace("view <~ fame", "view <~ stay1 + fame"), drawn())
    with pytest.raises(NotServedError, match="products='orthogonal' with constructs of higher order"):
        composites.fit(HIGHER + " + stay1 + view:stay1", drawn(), products="orthogonal")
    with pytest.raises(NotServedError, match="ordinal"):
        codes = {name: np.digitize(v, [-0.5, 0.5]) for name, v in exact().items()}
        composites.fit(PRODUCT.format("<~"), codes, ordered=True)
    with pytest.raises(NotServedError, match="complete answers"):
        holes = drawn() | {"fame1": np.where(np.arange(250) < 5, np.nan, drawn()["fame1"])}
        composites.fit(PRODUCT.format("<~"), holes, missing="pairwise")
