"""Options of lavaan that change what is computed: bounds, starts, baseline, matrices in place of rows, empty cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataError, DataWarning, InadmissibleWarning, ModelError, NotServedError
from mlbc_stats.moments.ordinal.moments import cut_names, cut_points, moment_names
from mlbc_stats.sem.estimation.raw_moments import adf
from tests.unit.test_structure import ROOT

TWO = "f1 =~ y1 + y2 + y3\nf2 =~ y4 + y5 + y6"
ITEMS = "f1 =~ u1 + u2 + u3\nf2 =~ u4 + u5 + u6"
MIXED = "f1 =~ u1 + u2 + u3\nf2 =~ y4 + y5 + y6"
ORDERED = [f"u{i}" for i in range(1, 7)]
INDICES = ["chisq", "df", "chisq_scaled", "srmr", "cfi_robust", "rmsea_robust"]


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.read_csv(ROOT / "tests" / "reference" / "examples" / "data" / "factors.csv")


@pytest.fixture(scope="module")
def plain(data) -> sem.SemResult:
    return sem.cfa(TWO, data)


def same(one: sem.SemResult, other: sem.SemResult) -> None:
    """The same estimates, errors and indices."""
    columns = ["est", "se"]
    np.testing.assert_allclose(one.parameters[columns], other.parameters[columns], rtol=1e-6, atol=1e-8)
    measures = [each.fit_measures.reindex(INDICES) for each in (one, other)]
    np.testing.assert_allclose(*measures, rtol=1e-6, atol=1e-7)


# Bounds of lavaan 0.6-14: lhs, op, rhs, lower, upper of `parTable`, divisor n.
STANDARD = """f1 =~ y2 -2.787983 2.787983|f2 =~ y6 -3.870555 3.870555|y1 ~~ y1 0 1.630169|y2 ~~ y2 0 1.407895
f1 ~~ f1 .1811299 1.811299|f1 ~~ f2 -1.82256 1.82256"""
WIDE = """f1 =~ y3 -5.100072 5.100072|y1 ~~ y4 -1.97231 1.97231|y1 ~~ y1 -.08150845 1.956203
y2 ~~ y2 -.07039477 1.689474|f1 ~~ f1 .1811299 2.30035|f2 ~~ f2 .005 2.392125"""
UNIT = "f1 =~ y1 -1.345845 1.345845|y1 ~~ y4 -1.82256 1.82256|y1 ~~ y1 0 1.811299|y6 ~~ y6 0 2.758413"
HIGHER = """f1 =~ y2 -2.787983 2.787983|h =~ f2 -inf inf|f1 ~~ f1 .005 1.811299|h ~~ h 0 3.27175"""


@pytest.mark.parametrize(
    ("model", "arguments", "expected"),
    [
        (TWO, {"bounds": "standard"}, STANDARD),
        (f"{TWO}\nf2 ~ f1 + x1\ny1 ~~ y4", {"bounds": "wide"}, WIDE),
        (f"{TWO}\nf2 ~ f1 + x1\ny1 ~~ y4", {"bounds": "standard", "std.lv": True}, UNIT),
        (f"{TWO}\nf3 =~ y7 + y8 + y9\nh =~ f1 + f2 + f3", {"bounds": "standard"}, HIGHER),
        (TWO, {"bounds": "pos.var"}, "f1 =~ y2 -inf inf|y1 ~~ y1 0 inf|f1 ~~ f1 0 inf|f1 ~~ f2 -inf inf"),
        (TWO, {"bounds": "pos.ov.var"}, "y1 ~~ y1 0 inf|f1 ~~ f1 -inf inf"),
        (TWO, {"bounds": "pos.lv.var"}, "y1 ~~ y1 -inf inf|f1 ~~ f1 0 inf"),
        (
            TWO.replace("y2", "lower(0.2)*y2"),
            {"bounds": "standard"},
            "f1 =~ y2 .2 2.787983|f1 =~ y3 -4.25006 4.25006",
        ),
        (
            TWO,
            {"optim.bounds": {"lower": "ov.var", "upper": ["ov.var", "lv.var"], "upper.factor": [1, 1.3]}},
            "f1 =~ y2 -inf inf|y2 ~~ y2 0 1.407895|f1 ~~ f1 -inf 2.30035",
        ),
        (
            TWO.replace("y1", "NA*y1").replace("y2", "1*y2"),
            {"bounds": "standard"},
            "f1 =~ y1 -3.586822 3.586822|f1 =~ y3 -4.820642 4.820642|y2 ~~ y2 0 1.267106",
        ),
    ],
)
def test_bounds_are_those_of_lavaan(data, model, arguments, expected) -> None:
    fit = sem.fit(model, data, do_fit=False, **arguments)
    held = {(row.lhs, row.op, row.rhs): (row.lower, row.upper) for row in fit.table.parameters}
    for line in expected.replace("\n", "|").split("|"):
        lhs, op, rhs, low, high = line.split()
        np.testing.assert_allclose(held[lhs, op, rhs], (float(low), float(high)), rtol=2e-6, err_msg=line)


def test_estimates_stay_within_bounds_and_are_free_inside(data, plain) -> None:
    assert sem.cfa(TWO, data, bounds="standard").theta == pytest.approx(plain.theta, abs=1e-6)
    table = {
        "lhs": ["y1", "f1"],
        "op": ["~~", "=~"],
        "rhs": ["y1", "y2"],
        "lower": [0.9, None],
        "upper": [None, 0.7],
    }
    fit = sem.cfa(TWO, data, bounds=pd.DataFrame(table))
    values = fit.parameters.set_index(["lhs", "op", "rhs"])["est"]
    assert (values["y1", "~~", "y1"], values["f1", "=~", "y2"]) == (0.9, 0.7)
    assert fit.converged and fit.fit_measures["chisq"] > plain.fit_measures["chisq"]


def test_bounds_make_a_heywood_case_proper() -> None:
    data = pd.read_csv(ROOT / "tests" / "reference" / "data" / "heywood60.csv")
    fit = sem.cfa("f =~ h1 + h2 + h3\ng =~ h4", data, bounds="pos.var")
    # lavaan 0.6-14 with the same bounds
    assert fit.fit_measures["chisq"] == pytest.approx(3.185118, rel=1e-6)
    assert fit.fit_measures["cfi"] == pytest.approx(0.9839333, rel=1e-6)
    assert fit.parameters["est"][4] == 0.0 and fit.doubts == ()
    with pytest.warns(InadmissibleWarning):
        wide = sem.cfa("f =~ h1 + h2 + h3\ng =~ h4", data, bounds=True)
    assert wide.fit_measures["chisq"] == pytest.approx(2.677084, rel=1e-6)


@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.MlbcWarning")
def test_resamples_keep_the_bounds(data) -> None:
    draws = sem.bootstrap(sem.cfa(TWO, data[:60], bounds="pos.var"), 40, seed=1)
    values = draws.theta[draws.converged][:, 4:12]
    assert values.min() >= 0


def test_a_fit_and_a_table_serve_as_starts(data, plain) -> None:
    assert int(sem.cfa(TWO, data, start=plain).estimate.iterations) == 0
    table = plain.parameters.rename(columns={"est": "start"})[["lhs", "op", "rhs", "start"]]
    begun = sem.cfa(TWO.replace("y2", "start(3)*y2"), data, start=table, do_fit=False)
    assert begun.parameters["est"][[1, 2]].tolist() == [3.0, pytest.approx(plain.parameters["est"][2])]


def test_not_fitted_is_no_solution(data) -> None:
    fit = sem.cfa(TWO, data, **{"do.fit": False})
    assert not fit.converged and len(fit.theta) == 13
    assert fit.parameters["se"].isna().all() and np.isnan(fit.fit_measures["chisq"])
    assert fit.fit_measures["df"] == 8
    assert "starting values" in fit.summary()


def test_a_baseline_of_ones_own(data, plain) -> None:
    one = TWO.replace("\nf2 =~", " +")
    own = sem.cfa(one, data)
    for baseline in (one, own):
        fit = sem.cfa(TWO, data, baseline=baseline)
        assert fit.fit_measures["baseline_chisq"] == pytest.approx(own.fit_measures["chisq"])
        expected = 1 - max(fit.fit_measures["chisq"] - 8, 0) / (own.fit_measures["chisq"] - 9)
        assert fit.fit_measures["cfi"] == pytest.approx(expected)
    none = sem.cfa(TWO, data, baseline=False).fit_measures
    assert none[["cfi", "tli", "baseline_chisq"]].isna().all()
    assert none["rmsea"] == plain.fit_measures["rmsea"]
    assert "CFI" in sem.cfa(TWO, data, baseline=False, estimator="MLR").summary()


@pytest.mark.parametrize("estimator", ["WLSMV", "WLS", "ULSMV"])
def test_thresholds_and_correlations_stand_for_answers(data, estimator) -> None:
    fit = sem.cfa(ITEMS, data, ordered=ORDERED, estimator=estimator)
    found = fit.moments[0].ordinal
    thresholds = dict(zip(cut_names(found), cut_points(found), strict=True))
    names = moment_names(found)
    gamma = pd.DataFrame(found.gamma, index=names, columns=names)
    turned = ORDERED[::-1]
    cor = pd.DataFrame(found.correlation, index=ORDERED, columns=ORDERED).loc[turned, turned]
    given = sem.cfa(
        ITEMS,
        sample_cov=cor,
        sample_th=thresholds,
        sample_nobs=400,
        NACOV=gamma.loc[names[::-1], names[::-1]],
        estimator=estimator,
    )
    same(given, fit)


def test_continuous_variables_beside_thresholds(data) -> None:
    fit = sem.cfa(MIXED, data, ordered=ORDERED[:3])
    moments, found = fit.moments[0], fit.moments[0].ordinal
    thresholds: dict[str, list[float]] = {}
    for name, value in zip(cut_names(found), cut_points(found), strict=True):
        thresholds.setdefault(name.split("|")[0], []).append(value)
    cov = {"names": list(moments.names), "values": moments.cov}
    given = sem.cfa(
        MIXED,
        sample_cov=cov,
        sample_mean=moments.mean,
        sample_th=thresholds,
        sample_nobs=400,
        nacov=found.gamma,
    )
    same(given, fit)
    with pytest.raises(ModelError, match="sample_mean is needed"):
        sem.cfa(MIXED, sample_cov=cov, sample_th=thresholds, sample_nobs=400, NACOV=found.gamma)


def test_groups_of_thresholds(data) -> None:
    fit = sem.cfa(ITEMS, data, ordered=ORDERED, group="g")
    founds = [moments.ordinal for moments in fit.moments]
    given = sem.cfa(
        ITEMS,
        sample_cov=[{"names": ORDERED, "values": each.correlation} for each in founds],
        sample_th=[dict(zip(cut_names(each), cut_points(each), strict=True)) for each in founds],
        sample_nobs=[int(each.n) for each in fit.moments],
        NACOV=[each.gamma for each in founds],
    )
    same(given, fit)


def test_weights_and_sampling_covariances_of_continuous_data(data) -> None:
    fit = sem.cfa(TWO, data, estimator="WLS")
    gamma = adf(fit.moments[0], fit.solution.rams[0])
    cov = data[[f"y{i}" for i in range(1, 7)]].cov()
    for matrices in ({"NACOV": gamma}, {"WLS.V": np.linalg.inv(gamma)}):
        same(sem.cfa(TWO, sample_cov=cov, sample_nobs=400, estimator="WLS", **matrices), fit)
    robust = sem.cfa(TWO, sample_cov=cov, sample_nobs=400, estimator="MLM", NACOV=gamma)
    same(robust, sem.cfa(TWO, data, estimator="MLM"))
    # lavaan 0.6-14 with WLS.V = diag(21): chi-square and the error of f1 =~ y2
    flat = sem.cfa(TWO, data, estimator="WLS", WLS_V=np.eye(21))
    assert flat.fit_measures["chisq"] == pytest.approx(9.716213, rel=1e-6)
    assert flat.parameters["se"][1] == pytest.approx(0.03441592, rel=1e-5)


def test_errors_and_tests_may_take_different_information(data) -> None:
    # lavaan 0.6-14: errors of three parameters, scaled chi-square
    for information, expected in (
        (["observed", "expected"], [0.06649, 0.10303, 0.08740, 6.84878]),
        (["expected", "observed"], [0.06544, 0.10908, 0.09105, 6.80591]),
    ):
        fit = sem.cfa(TWO, data, estimator="MLR", information=information)
        got = [*fit.parameters["se"][[1, 2, 6]], fit.fit_measures["chisq_scaled"]]
        assert got == pytest.approx(expected, abs=1e-5)


def test_warnings_can_be_left_to_the_result(data) -> None:
    gaps = data.assign(y1=data["y1"].where(np.arange(400) > 3))
    with pytest.warns(DataWarning):
        sem.cfa(TWO, gaps)
    assert "listwise" in sem.cfa(TWO, gaps, warn=False).warnings[0]


def test_sampling_weights_in_each_group(data) -> None:
    # weights of a group that sum to its cases are what "total" makes of weights that are so already
    scale = data.groupby("g")["w"].transform("mean")
    model = "f1 =~ y1 + y2 + y3"
    made = sem.cfa(model, data.assign(v=data["w"] / scale), group="g", sampling_weights="v")
    fit = sem.cfa(model, data, group="g", sampling_weights="w", sampling_weights_normalization="group")
    np.testing.assert_allclose(fit.parameters["se"], made.parameters["se"], rtol=1e-8)
    raw = sem.cfa(model, data, group="g", sampling_weights="w", sampling_weights_normalization="none")
    assert float(sum(m.total_weight for m in raw.moments)) == pytest.approx(data["w"].sum())


def test_a_matrix_with_divisor_n(data) -> None:
    cov = data[[f"y{i}" for i in range(1, 7)]].cov(ddof=0)
    given = sem.cfa(TWO, sample_cov=cov, sample_nobs=400, sample_cov_rescale=False)
    np.testing.assert_allclose(given.theta, sem.cfa(TWO, data).theta, rtol=1e-6)


def test_options_by_any_spelling_of_their_name(data) -> None:
    assert sem.cfa(TWO, data, estimator="WLS", wls_v=np.eye(21)).converged
    assert sem.cfa(TWO, data, **{"optim.gn.iter.max": 50, "check.post": False, "ncpus": 4}).converged


OPEN = "estimator likelihood parameterization rotation std_lv std_ov orthogonal effect_coding fixed_x meanstructure"


@pytest.mark.parametrize("value", ["default", None])
@pytest.mark.parametrize("name", OPEN.split())
def test_the_default_can_be_said(data, plain, name, value) -> None:
    fit = sem.cfa(TWO, data, **{name: value})
    np.testing.assert_array_equal(fit.theta, plain.theta)


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        ({"test": "Satterthwaite"}, "test", "mean.var.adjusted"),
        ({"se": "robust.mlr"}, "se", "robust.huber.white"),
        ({"se": "robust.mlm"}, "se", "robust.sem"),
        ({"control": []}, "se", "standard"),
        ({"constraints": None, "group_equal": "", "group_partial": None, "ordered": None}, "estimator", "ML"),
    ],
)
def test_other_words_for_the_same(data, arguments, field, value) -> None:
    assert getattr(sem.cfa(TWO, data, **arguments).method, field) == value


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"estimator_args": {"dls.a": 1}}, NotServedError, "estimator_args: dls.a is not served"),
        ({"bounds": "narrow"}, ModelError, "bounds='narrow' is not known; use 'standard'"),
        ({"bounds": {"lhs": ["y1"]}}, ModelError, "has no column op, rhs, lower, upper"),
        (
            {"bounds": {"lhs": ["y1"], "op": ["~~"], "rhs": ["y9"], "lower": [0], "upper": [1]}},
            ModelError,
            "y1 ~~ y9 is no free parameter",
        ),
        (
            {"bounds": {"lhs": ["y1"], "op": ["~~"], "rhs": ["y1"], "lower": [2], "upper": [1]}},
            ModelError,
            "lower bound",
        ),
        ({"optim_bounds": {"lower": "means"}}, ModelError, "means is no kind of ov.var"),
        ({"sample_th": {"y1|t1": 0}}, ModelError, "belongs to sample_cov"),
        ({"WLS_V": np.eye(3)}, ModelError, "weight of WLS and DWLS"),
        ({"WLS_V": np.eye(3), "estimator": "WLS"}, DataError, "3 by 3, but there are 27 sample moments"),
        ({"NACOV": np.eye(21)}, ModelError, "does not look at NACOV"),
        (
            {"NACOV": np.eye(21), "estimator": "MLM", "se": "bootstrap"},
            ModelError,
            "resamples have their own",
        ),
        ({"baseline": 3}, ModelError, "baseline=3: expected True, False"),
        ({"baseline": "f =~ y1 + y2 + y3"}, ModelError, "of the same variables and cases"),
        ({"start": "mine"}, ModelError, "start='mine': expected a fit"),
        ({"start": {"lhs": ["y1"]}}, ModelError, "expected columns lhs, op, rhs"),
        ({"zero_add": (-1, 0)}, ModelError, "expected two numbers from 0"),
        ({"sampling_weights_normalization": "each"}, ModelError, "expected 'total', 'group' or 'none'"),
        ({"h1_information": "both"}, ModelError, "use one of structured, unstructured"),
        (
            {"h1_information": "unstructured", "estimator": "MLR"},
            NotServedError,
            "complete data and expected",
        ),
        ({"information": ("expected",) * 3}, ModelError, "of the errors and of scaled tests"),
        ({"ov_order": "data"}, NotServedError, "in the order of the model"),
        ({"gamma_wls_mplus": True}, NotServedError, "mimic="),
        ({"estimator": "IV", "bounds": "standard"}, NotServedError, "minimizes nothing"),
        ({"estimator": "IV", "do_fit": False}, NotServedError, "no starting values"),
    ],
)
def test_what_cannot_be_is_refused(data, arguments, error, message) -> None:
    with pytest.raises(error, match=message):
        sem.cfa(TWO, data, **arguments)


def test_two_steps_refuse_what_they_would_not_do(data) -> None:
    with pytest.raises(NotServedError, match=r"bounds is not served by sem\.sam"):
        sem.sam(f"{TWO}\nf2 ~ f1", data, bounds="standard")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"sample_th": None}, ModelError, "their thresholds beside the correlations"),
        ({"NACOV": None}, ModelError, "sample_th needs NACOV"),
        ({"sample_th": {"u1|t1": 0.4, "u1|t2": 0.1, "u2": 0.0, "u3": 0.0}}, DataError, "do not ascend"),
        ({"sample_th": 3}, ModelError, "expected thresholds by name"),
        ({"sample_cov": {"names": ORDERED[:3], "values": np.eye(3) * 2}}, DataError, "variance 1"),
        ({"NACOV": pd.DataFrame(np.eye(2), columns=["u1|t1", "u2|t1"])}, DataError, "has no row for u3|t1"),
        ({"sample_th": [{"u1": 0.0}] * 2}, ModelError, "expected thresholds by name|1 groups|groups"),
    ],
)
def test_matrices_that_do_not_fit_are_refused(changes, error, message) -> None:
    arguments = {
        "ordered": ORDERED[:3],
        "sample_cov": {"names": ORDERED[:3], "values": np.full((3, 3), 0.4) + 0.6 * np.eye(3)},
        "sample_th": {"u1": 0.1, "u2": -0.2, "u3": 0.0},
        "NACOV": np.eye(6),
        "sample_nobs": 200,
    }
    with pytest.raises(error, match=message):
        sem.cfa("f =~ u1 + u2 + u3", **{**arguments, **changes})
