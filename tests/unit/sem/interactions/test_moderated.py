"""LMS and QML: values by definition, gradients, what leaves them alone, what users meet."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from mlbc_stats import sem
from mlbc_stats.errors import DataError, MlbcError, ModelError, NotServedError
from tests.examples.moderated_scales import MEASURED, MODEL, coefficient, simulated


@pytest.fixture(scope="module")
def data():
    return simulated()


@pytest.fixture(scope="module")
def lms(data):
    return sem.fit(MODEL, data, interactions="lms")


@pytest.fixture(scope="module")
def qml(data):
    return sem.fit(MODEL, data, interactions="qml")


@pytest.fixture(scope="module", params=["lms", "qml"])
def fit(request):
    return request.getfixturevalue(request.param)


def values(fit):
    frame = fit.parameters
    return {f"{r.lhs}{r.op}{r.rhs}": r.est for r in frame.itertuples()}


def given_x(v, x):
    """Mean and covariance of the nine items where X is x, from the estimates alone."""
    slope = v["X~~Z"] / v["X~~X"]
    rest = v["Z~~Z"] - slope * v["X~~Z"]
    along = v["Y~Z"] + v["Y~X:Z"] * x
    mean_z, mean_y = slope * x, v["Y~X"] * x + along * slope * x
    cov = np.array([[rest, along * rest], [along * rest, along**2 * rest + v["Y~~Y"]]])
    loads = np.zeros((9, 2))
    loads[3:6, 0] = [v[f"Z=~z{k}"] for k in (1, 2, 3)]
    loads[6:, 1] = [v[f"Y=~y{k}"] for k in (1, 2, 3)]
    own = np.zeros(9)
    own[:3] = [v[f"X=~x{k}"] * x for k in (1, 2, 3)]
    names = [f"{name}{k}" for name in "xzy" for k in (1, 2, 3)]
    mean = np.array([v[f"{n}~1"] for n in names]) + own + loads @ [mean_z, mean_y]
    return mean, loads @ cov @ loads.T + np.diag([v[f"{n}~~{n}"] for n in names])


def test_lms_is_the_integral_over_one_factor(data, lms):
    v = values(lms)
    got = lms.moderated.likelihood.casewise(lms.theta)[0]
    for i in (0, 7, 100):
        case = np.array([data[f"{name}{k}"][i] for name in "xzy" for k in (1, 2, 3)])

        def density(x, case=case):
            mean, cov = given_x(v, x)
            return multivariate_normal.pdf(case, mean, cov) * norm.pdf(x, scale=np.sqrt(v["X~~X"]))

        at = np.linspace(-5, 5, 101)
        points = [at[np.argmax([density(x) for x in at])]]
        assert got[i] == pytest.approx(
            np.log(quad(density, -8, 8, points=points, epsabs=0, epsrel=1e-10)[0]), abs=1e-8
        )


def test_qml_is_normal_with_exact_moments_given_the_other_items(data, qml):
    v = values(qml)
    got = qml.moderated.likelihood.casewise(qml.theta)[0]
    phi = np.array([[v["X~~X"], v["X~~Z"]], [v["X~~Z"], v["Z~~Z"]]])
    loads = np.zeros((6, 2))
    loads[:3, 0], loads[3:, 1] = ([v[f"{f}=~{f.lower()}{k}"] for k in (1, 2, 3)] for f in "XZ")
    names = [f"{name}{k}" for name in "xz" for k in (1, 2, 3)]
    theta = np.diag([v[f"{n}~~{n}"] for n in names])
    sigma = loads @ phi @ loads.T + theta
    y = np.array([v[f"y{k}~~y{k}"] for k in (1, 2, 3)])
    lam = np.array([v[f"Y=~y{k}"] for k in (1, 2, 3)])
    turn = np.array([[-lam[1], 1, 0], [-lam[2], 0, 1]])
    spread = turn @ np.diag(y) @ turn.T
    for i in (0, 7, 100):
        x = np.array([data[n][i] - v[f"{n}~1"] for n in names])
        e = np.array([data[f"y{k}"][i] - v[f"y{k}~1"] for k in (1, 2, 3)])
        b = np.linalg.solve(sigma, loads @ phi).T
        m, rest = b @ x, phi - b @ loads @ phi
        line = np.array([v["Y~X"], v["Y~Z"]]) + v["Y~X:Z"] * m[::-1]
        expected = v["Y~X"] * m[0] + v["Y~Z"] * m[1] + v["Y~X:Z"] * (m[0] * m[1] + rest[0, 1])
        variance = (
            line @ rest @ line + v["Y~X:Z"] ** 2 * (rest[0, 0] * rest[1, 1] + rest[0, 1] ** 2) + v["Y~~Y"]
        )
        u, c = turn @ e, turn[:, 0] * y[0]
        expected += c @ np.linalg.solve(spread, u)
        variance += y[0] - c @ np.linalg.solve(spread, c)
        value = multivariate_normal.logpdf(x, cov=sigma) + multivariate_normal.logpdf(u, cov=spread)
        assert got[i] == pytest.approx(value + norm.logpdf(e[0], expected, np.sqrt(variance)), abs=1e-9)


def test_the_gradient_is_that_of_differences(fit):
    function = fit.moderated.likelihood.value_and_gradient
    theta = fit.theta + 0.05
    gradient = function(theta)[1]
    for at in range(len(theta)):
        shift = np.zeros(len(theta))
        shift[at] = 1e-5
        slope = (function(theta + shift)[0] - function(theta - shift)[0]) / 2e-5
        assert gradient[at] == pytest.approx(slope, abs=1e-4, rel=1e-6)


def test_the_estimates_are_a_maximum_with_its_curvature(fit):
    function = fit.moderated.likelihood.value_and_gradient
    value, gradient = function(fit.theta)
    errors = np.sqrt(np.diag(fit.vcov))
    assert np.abs(gradient * errors).max() < 1e-5
    at = fit.table.parameters.index(next(r for r in fit.table.parameters if r.rhs == "X:Z" and r.lhs == "Y"))
    place = fit.table.parameters[at].free - 1
    shift = np.zeros(len(errors))
    shift[place] = 1e-2 * errors[place]
    bend = (function(fit.theta + shift)[0] + function(fit.theta - shift)[0] - 2 * value) / shift[place] ** 2
    assert np.linalg.inv(fit.vcov)[place, place] == pytest.approx(-bend, rel=1e-3)


def test_without_an_effect_of_the_product_it_is_the_linear_model(data):
    fit = sem.fit(MEASURED + "Y ~ X + Z + 0*X:Z", data, interactions="lms")
    linear = sem.fit(MEASURED + "Y ~ X + Z", data, meanstructure=True)
    assert fit.loglik == pytest.approx(linear.fit_measures["logl"], abs=1e-6)
    for rhs in "XZ":
        for column in ("est", "std_all"):
            assert coefficient(fit, rhs, column) == pytest.approx(coefficient(linear, rhs, column), abs=1e-5)
    assert fit.rsquare["Y"] == pytest.approx(linear.rsquare["Y"], abs=1e-6)
    assert fit.npar == linear.npar and np.isnan(fit.likelihood_ratio["pvalue"])


def test_order_of_factors_and_units_of_items_do_not_matter(data, lms):
    fit = lms
    turned = sem.fit(
        "Z =~ z1 + z2 + z3; Y =~ y1 + y2 + y3; X =~ x1 + x2 + x3; Y ~ Z:X + Z + X", data, interactions="lms"
    )
    assert turned.loglik == pytest.approx(fit.loglik, abs=1e-6)
    scaled = sem.fit(MODEL, data | {name: 5 * data[name] for name in ("x1", "x2", "x3")}, interactions="lms")
    assert coefficient(scaled, "X:Z", "std_all") == pytest.approx(
        coefficient(fit, "X:Z", "std_all"), abs=1e-6
    )
    assert coefficient(scaled, "X:Z", "z") == pytest.approx(coefficient(fit, "X:Z", "z"), rel=1e-4)


def test_groups_are_fitted_beside_one_another(data):
    both = sem.fit(MODEL, data, interactions="lms", group="site")
    apart = [
        sem.fit(MODEL, {k: np.asarray(v)[data["site"] == site] for k, v in data.items()}, interactions="lms")
        for site in "ab"
    ]
    assert both.loglik == pytest.approx(sum(each.loglik for each in apart), abs=1e-6)
    equal = sem.fit(MODEL, data, interactions="lms", group="site", group_equal=["loadings", "regressions"])
    assert equal.npar == both.npar - 9 and equal.loglik < both.loglik


def test_incomplete_cases_take_part_with_what_they_hold(data, lms):
    holes = {k: np.array(v, dtype=object if k == "site" else float) for k, v in data.items()}
    rng = np.random.default_rng(2)
    for name in ("x1", "x2", "z2", "y3"):
        holes[name][rng.uniform(size=len(holes[name])) < 0.15] = np.nan
    fit = sem.fit(MODEL, holes, interactions="lms", missing="fiml")
    assert coefficient(fit, "X:Z") == pytest.approx(coefficient(lms, "X:Z"), abs=0.1)
    assert coefficient(fit, "X:Z", "se") > coefficient(lms, "X:Z", "se")
    assert fit.nobs == 300


def test_weights_count_cases_and_clusters_widen_errors(data, lms):
    n = len(data["x1"])
    twice = {k: np.concatenate([v, v]) for k, v in data.items()}
    fit = sem.fit(MODEL, data, interactions="qml", estimator="MLR")
    clustered = sem.fit(MODEL, twice | {"pair": np.tile(np.arange(n), 2)}, interactions="qml", cluster="pair")
    assert clustered.errors == "robust"
    assert coefficient(clustered, "X:Z", "se") == pytest.approx(coefficient(fit, "X:Z", "se"), rel=1e-4)
    weighted = sem.fit(
        MODEL, twice | {"w": np.repeat([1.0, 0.0001], n)}, interactions="lms", sampling_weights="w"
    )
    assert coefficient(weighted, "X:Z") == pytest.approx(coefficient(lms, "X:Z"), abs=1e-5)


def test_an_observed_variable_is_a_factor_without_error(data):
    seen = sem.fit(MEASURED + "Y ~ X + Z + age + X:age", data, interactions="lms")
    text = MEASURED + "A =~ 1*age; age ~~ 0*age; A ~~ 0*X + 0*Z; Y ~ X + Z + A + X:A"
    latent = sem.fit(text, data, interactions="lms")
    assert seen.loglik == pytest.approx(latent.loglik, abs=1e-6)
    assert coefficient(seen, "X:age") == pytest.approx(coefficient(latent, "X:A"), abs=1e-6)


def test_a_square_an_equality_and_a_definition(data):
    fit = sem.fit(MEASURED + "Y ~ b*X + b*Z + w*X:Z + q*X:X; ratio := w / b", data, interactions="qml")
    frame = fit.parameters.set_index("label")
    assert coefficient(fit, "X") == pytest.approx(coefficient(fit, "Z"), abs=1e-10)
    assert frame.loc["ratio", "est"] == pytest.approx(frame.loc["w", "est"] / coefficient(fit, "X"))
    assert frame.loc["ratio", "se"] > 0 and fit.npar == 31


def test_products_of_products_are_conditioned_on_in_turn(data):
    rng = np.random.default_rng(3)
    centre = 0.5 * data["y1"] + 0.3 * data["y1"] * data["z1"]
    more = data | {f"v{k}": centre + rng.normal(size=300) for k in (1, 2, 3)}
    text = MEASURED + "V =~ v1 + v2 + v3; Y ~ X + Z + X:Z; V ~ Y + Y:Z"
    fit = sem.fit(text, more, interactions="lms")
    assert fit.converged and fit.moderation.conditioning.factors == ("Z",)
    with pytest.raises(NotServedError, match="Y depends on a product"):
        sem.fit(text, more, interactions="qml")


def test_the_result_shows_itself(fit):
    text = fit.summary()
    assert "All products zero: Wald" in text and "Y ~ X:Z" in text and "NaN" not in text
    assert ("likelihood ratio" in text) is (fit.interactions == "lms")
    assert repr(fit).startswith("<ModeratedResult") and fit._repr_html_().startswith("<pre>")
    share = fit.product_rsquare.iloc[0]
    assert 0 < share["ci_lower"] < share["est"] < fit.rsquare["Y"]
    assert fit.standardized.set_index("rhs").loc["X:Z", "est_std"] == pytest.approx(
        coefficient(fit, "X:Z", "std_all")
    )
    with pytest.raises(NotServedError, match=r"fit\.linear"):
        sem.factor_scores(fit)


def test_a_quasi_likelihood_gives_no_ratio(qml):
    with pytest.raises(ModelError, match=r"fit\.wald"):
        _ = qml.likelihood_ratio


@pytest.mark.parametrize(
    ("model", "options", "error", "words"),
    [
        (MEASURED + "Y ~ X + X:W", {}, ModelError, "no variable 'W'"),
        (MEASURED + "Y ~ X + Z", {}, ModelError, "names none"),
        (MEASURED + "Y ~ X + X:Z + Z:X", {}, ModelError, "the same product"),
        (MEASURED + "Y ~ X + Y:Z", {}, ModelError, "product of itself"),
        (MEASURED + "Y ~ X + age:x1", {}, ModelError, "both variables are observed"),
        (MEASURED + "Y ~~ X:Z", {}, ModelError, "right of `~` only"),
        ("X =~ x1; Z =~ z1 + z2 + z3; Y =~ y1 + y2 + y3; Y ~ X + Z + X:Z", {}, ModelError, "no reliability"),
        (MODEL, {"interactions": "magic"}, ModelError, "lms, qml, product"),
        (MODEL, {"interactions_args": {"match": True}}, ModelError, "nothing to set"),
        (MODEL, {"estimator": "WLSMV"}, NotServedError, "WLSMV"),
        (MODEL, {"ordered": ["x1"]}, NotServedError, "ordinal"),
        (MODEL, {"interactions": "qml", "missing": "fiml"}, NotServedError, "complete cases"),
        (MODEL, {"se": "bootstrap"}, MlbcError, "bootstrap"),
        (MODEL, {"bounds": "standard"}, NotServedError, "bounds"),
        (MEASURED + "Y ~ a*X + b*Z + X:Z; a == b^2", {}, NotServedError, "must be linear"),
        ("group: 1\n" + MODEL.replace("; ", "\n"), {"group": "site"}, NotServedError, "group:"),
    ],
)
def test_what_cannot_be_estimated_is_named(data, model, options, error, words):
    with pytest.raises(error, match=words):
        sem.fit(model, data, **{"interactions": "lms", **options})


def test_degenerate_data_give_our_errors(data):
    with pytest.raises(ModelError, match="needs the cases"):
        sem.fit(MODEL, sample_cov=np.eye(9), sample_nobs=100, interactions="lms")
    with pytest.raises(DataError):
        sem.fit(MODEL, data | {"x1": np.ones(300)}, interactions="lms")
    with pytest.raises(MlbcError):
        sem.fit(MODEL, {k: v[:5] for k, v in data.items()}, interactions="lms")


@pytest.mark.slow
@pytest.mark.parametrize("method", ["lms", "qml", "product"])
def test_a_null_product_is_rejected_at_its_rate_and_a_true_one_covered(method):
    """80 synthetic samples of 250: 5 % and 95 % within three binomial standard errors."""
    rejected, covered, count = 0, 0, 80
    for seed in range(count):
        null = sem.fit(MODEL, simulated(250, 1000 + seed, 0.0), interactions=method)
        true = sem.fit(MODEL, simulated(250, 5000 + seed, 0.3), interactions=method)
        rejected += coefficient(null, "X:Z", "pvalue") < 0.05
        covered += coefficient(true, "X:Z", "ci_lower") < 0.3 < coefficient(true, "X:Z", "ci_upper")
    error = 3 * np.sqrt(0.05 * 0.95 / count)
    assert abs(rejected / count - 0.05) < error
    assert covered / count > 0.95 - error
