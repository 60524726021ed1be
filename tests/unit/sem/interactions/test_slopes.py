"""Product indicators behind the same text, and slopes of any of them."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import report, sem
from mlbc_stats.errors import ModelError, NotServedError
from tests.examples.moderated_scales import MEASURED, MODEL, coefficient, simulated

EXOGENOUS = "X =~ x1 + x2 + x3; Z =~ z1 + z2 + z3; Y =~ y1 + y2 + y3; W =~ w1 + w2; Y ~ X + Z + W"


@pytest.fixture(scope="module")
def data():
    out = simulated(600, 8)
    rng = np.random.default_rng(1)
    w = 0.5 * out["z2"] + rng.normal(size=600)
    return out | {f"w{k}": w + 0.5 * rng.normal(size=600) for k in (1, 2)}


def by_products(data, **options):
    return sem.fit(MODEL, data, interactions="product", interactions_args=options)


@pytest.fixture(scope="module")
def fits(data):
    return {
        method: by_products(data, method=method) for method in ("dblcent", "rca", "uca", "ca", "pind")
    } | {"matched": by_products(data, match=True)}


def test_every_method_finds_the_effect(fits):
    for method, fit in fits.items():
        assert fit.converged, method
        assert abs(coefficient(fit, "X:Z") - 0.3) < 3.5 * coefficient(fit, "X:Z", "se"), method


def test_double_centring_is_the_unconstrained_approach_without_its_means(fits):
    for measure in ("chisq", "df"):
        assert fits["dblcent"].fit_measures[measure] == pytest.approx(
            fits["uca"].fit_measures[measure], abs=1e-5
        )
    assert fits["matched"].fit_measures["df"] == 48 and fits["ca"].fit_measures["df"] == 56


def test_the_constrained_product_has_the_moments_of_normal_factors(fits):
    frame = fits["ca"].parameters.set_index("label")["est"]
    assert frame["Mean_XZ"] == pytest.approx(frame["Cov_X_Z"], abs=1e-6)
    assert frame["Var_XZ"] == pytest.approx(frame["Var_X"] * frame["Var_Z"] + frame["Cov_X_Z"] ** 2, abs=1e-6)
    assert frame["lambda_x2z2_XZ"] == pytest.approx(frame["lambda_x2_X"] * frame["lambda_z2_Z"], abs=1e-6)


@pytest.mark.slow
def test_constraints_hold_what_normal_data_have():
    """On many cases of normal factors the bound model with all pairs fits as its degrees of freedom say."""
    big = simulated(2000, 3)
    fit = sem.fit(
        MEASURED + "Y ~ X + Z + X:Z + X:X",
        big,
        interactions="product",
        interactions_args={"method": "ca", "match": False},
    )
    free = sem.fit(MEASURED + "Y ~ X + Z + X:Z + X:X", big, interactions="product")
    assert fit.converged and coefficient(fit, "X:Z") == pytest.approx(coefficient(free, "X:Z"), abs=0.02)
    assert coefficient(fit, "X:X") == pytest.approx(coefficient(free, "X:X"), abs=0.02)


def test_products_of_two_factors_that_share_one_covary_in_their_items(data):
    fit = sem.fit(EXOGENOUS + " + X:Z + X:W", data, interactions="product")
    pairs = {(r.lhs, r.rhs) for r in fit.table.parameters if r.op == "~~" and r.free}
    assert ("x1.z1", "x1.w2") in pairs and ("x1.z1", "x2.w1") not in pairs


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"method": "magic"}, ModelError, "dblcent"),
        ({"match": "yes"}, ModelError, "True or False"),
        ({"mach": True}, ModelError, "'mach'"),
    ],
)
def test_unknown_settings_are_named(data, options, error, words):
    with pytest.raises(error, match=words):
        by_products(data, **options)


def test_what_depends_on_others_binds_nothing(data):
    text = MEASURED + "W =~ w1 + w2; Z ~ W; Y ~ X + Z + X:Z"
    with pytest.raises(NotServedError, match="Z depends on others"):
        sem.fit(text, data, interactions="product", interactions_args={"method": "uca"})
    assert sem.fit(text, data, interactions="product").converged


def test_slopes_are_the_line_of_the_coefficients(data, fits):
    for fit in (sem.fit(MODEL, data, interactions="lms"), fits["dblcent"]):
        found = sem.simple_slopes(fit, "Y", "X", "Z", (-1.0, 0.0, 2.0), unit="raw").table
        slope, product = coefficient(fit, "X"), coefficient(fit, "X:Z")
        assert found["slope"].to_numpy() == pytest.approx(slope + product * np.array([-1.0, 0.0, 2.0]))
        assert found["se"].iloc[1] == pytest.approx(coefficient(fit, "X", "se"))
        by_sd = sem.simple_slopes(fit, "Y", "X", "Z").table
        deviation = np.sqrt(coefficient(fit, "Z", lhs="Z"))
        assert by_sd["moderator"].to_numpy() == pytest.approx(deviation * np.array([-1, 0, 1]), abs=1e-6)


def test_the_bounds_are_where_the_interval_meets_zero(data):
    fit = sem.fit(MODEL, data, interactions="qml")
    found = sem.johnson_neyman(fit, "Y", "X", "Z")
    at = sem.simple_slopes(fit, "Y", "X", "Z", found.bounds, unit="raw").table
    assert np.minimum(at["ci_lower"].abs(), at["ci_upper"].abs()).to_numpy() == pytest.approx(0, abs=1e-9)
    table = found.table
    inside = table["moderator"].between(*found.bounds)
    apart = (table["ci_lower"] > 0) | (table["ci_upper"] < 0)
    assert found.significant == "outside" and not apart[inside].any() and apart[~inside].all()


def test_a_square_moderates_itself_and_other_products_stand_at_their_means(data):
    fit = sem.fit(MEASURED + "Y ~ X + Z + X:Z + X:X + X:age + age", data, interactions="qml")
    b, square, age = (coefficient(fit, name) for name in ("X", "X:X", "X:age"))
    mean = np.mean(data["age"])
    found = sem.simple_slopes(fit, "Y", "X", "X", (0.0, 1.0), unit="raw")
    assert found.table["slope"].to_numpy() == pytest.approx([b + age * mean, b + age * mean + 2 * square])
    assert report.slopes_plot(found, synthetic=True).description.startswith("Slope of Y on X where X is")


def test_slopes_without_their_product_are_refused(data, fits):
    with pytest.raises(ModelError, match="its products: X:Z"):
        sem.simple_slopes(fits["dblcent"], "Y", "X", "age")
    with pytest.raises(ModelError, match="nothing predicts 'V'"):
        sem.johnson_neyman(fits["dblcent"], "V", "X", "Z")
    with pytest.raises(ModelError, match="unit="):
        sem.simple_slopes(fits["dblcent"], "Y", "X", "Z", unit="pounds")


def test_figures_say_what_they_show(fits):
    slopes = report.slopes_plot(sem.simple_slopes(fits["dblcent"], "Y", "X", "Z"), synthetic=True)
    band = report.johnson_neyman_plot(sem.johnson_neyman(fits["dblcent"], "Y", "X", "Z"), synthetic=True)
    assert slopes.description.count(";") == 2 and "SYNTHETIC" in slopes.svg
    assert band.description.startswith("The slope of Y on X differs from zero outside Z =")


@pytest.mark.parametrize("at", [["a"], [], [np.nan]])
def test_levels_that_are_no_numbers_are_refused(data, at):
    fit = sem.fit(MODEL, data, interactions="qml")
    with pytest.raises(ModelError, match="at="):
        sem.simple_slopes(fit, "Y", "X", "Z", at=at)
