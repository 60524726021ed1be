"""Composites equal lavaan 0.7's, and what they are by theory: regression and canonical correlation."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import IdentificationWarning, ModelError, NotServedError
from tests.reference.adapter import fit_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import load_case, read_table

MODEL = load_case("v09_composite_hs")["fit"]["model"]
# Two optima of the same function, each at a reduced gradient below 1e-8.
SAME = 1e-6


@pytest.fixture(scope="module")
def data() -> dict[str, np.ndarray]:
    return {name: np.asarray(x) for name, x in read_table("data/HolzingerSwineford1939.csv").items()}


def test_every_field() -> None:
    case = load_case("v09_composite_hs")
    fields = list(case["expected"])
    assert not compare_sem(case, shape_result(fit_case(case), fields), fields)


def matrix(data: dict[str, np.ndarray], names: list[str]) -> np.ndarray:
    x = np.column_stack([data[name] for name in names])
    return x - x.mean(axis=0)


def test_one_outcome_is_a_regression(data: dict[str, np.ndarray]) -> None:
    fit = sem.fit("C <~ x1 + x2 + x3; x7 ~ C", data)
    x, y = matrix(data, ["x1", "x2", "x3"]), matrix(data, ["x7"])[:, 0]
    slopes = np.linalg.lstsq(x, y, rcond=None)[0]
    estimates = fit.parameters["est"].to_numpy()
    assert estimates[:3] == pytest.approx(slopes / slopes[0], rel=1e-5)
    assert estimates[3] == pytest.approx(slopes[0], rel=1e-5)
    assert fit.rsquare["x7"] == pytest.approx(np.var(x @ slopes) / np.var(y), rel=SAME)
    assert fit.fit_measures["chisq"] == pytest.approx(0, abs=1e-6)
    scores = sem.factor_scores(fit)["C"].to_numpy()
    assert scores == pytest.approx(x @ slopes / slopes[0], rel=1e-5)


@pytest.mark.parametrize("std_lv", [False, True])
def test_two_composites_are_canonical_variates(data: dict[str, np.ndarray], std_lv: bool) -> None:
    fit = sem.fit("C <~ x1 + x2 + x3; D <~ x4 + x5 + x6; C ~~ D", data, std_lv=std_lv)
    x, y = matrix(data, ["x1", "x2", "x3"]), matrix(data, ["x4", "x5", "x6"])
    qx, qy = np.linalg.qr(x)[0], np.linalg.qr(y)[0]
    first = np.linalg.svd(qx.T @ qy)[1]
    both = fit.parameters.query("lhs == 'C' and rhs == 'D'")["std_all"].item()
    assert abs(both) == pytest.approx(first[0], rel=SAME)
    n = len(x)
    assert fit.fit_measures["chisq"] == pytest.approx(-n * np.log(1 - first[1:] ** 2).sum(), rel=SAME)
    assert fit.fit_measures["df"] == 4


def test_an_explained_composite_is_a_regression_of_rank_one(data: dict[str, np.ndarray]) -> None:
    """C ~ z: the first canonical correlation with the covariates explains C, the others are the misfit."""
    names = ["x7", "x8", "x9"]
    fit = sem.fit("C <~ x1 + x2 + x3; C ~ x7 + x8 + x9", data)
    x, z = matrix(data, ["x1", "x2", "x3"]), matrix(data, names)
    found = np.linalg.svd(np.linalg.qr(x)[0].T @ np.linalg.qr(z)[0])[1]
    assert fit.rsquare["C"] == pytest.approx(found[0] ** 2, rel=SAME)
    assert fit.fit_measures["chisq"] == pytest.approx(-len(x) * np.log(1 - found[1:] ** 2).sum(), rel=SAME)
    written = sem.fit("C <~ x1 + x2 + x3; x7 ~ C; C ~~ x8; x7 ~ x8", data)
    assert written.parameters.query("lhs == 'C' and rhs == 'x8'")["se"].item() > 0


def test_blocks_as_parameters_change_nothing_but_the_count(data: dict[str, np.ndarray]) -> None:
    given, free = sem.fit(MODEL, data), sem.fit(MODEL, data, composites_cov_free=True)
    unit = sem.fit(MODEL, data, std_lv=True)
    for other in (free, unit):
        assert other.fit_measures["chisq"] == pytest.approx(given.fit_measures["chisq"], rel=SAME)
        assert other.fit_measures["df"] == given.fit_measures["df"]
        assert other.standardized["est_std"].to_numpy()[: len(given.table.parameters)] == pytest.approx(
            given.standardized["est_std"].to_numpy(), abs=1e-5
        )
    rows = given.table.parameters
    plain = [i for i, row in enumerate(rows) if row.free and (row.lhs, row.rhs) != ("C", "D")]
    assert free.parameters["se"].to_numpy()[plain] == pytest.approx(
        given.parameters["se"].to_numpy()[plain], rel=1e-5
    )
    weights = unit.parameters.query("op == '<~'")
    assert weights["est"].to_numpy() == pytest.approx(weights["std_lv"].to_numpy(), abs=1e-6)


def test_complete_data_by_full_information(data: dict[str, np.ndarray]) -> None:
    given, full = sem.fit(MODEL, data, meanstructure=True), sem.fit(MODEL, data, missing="fiml")
    columns = ["est", "std_lv", "std_all"]
    assert full.parameters[columns].to_numpy() == pytest.approx(
        given.parameters[columns].to_numpy(), abs=1e-5
    )
    assert full.fit_measures["chisq"] == pytest.approx(given.fit_measures["chisq"], rel=1e-5)


def test_order_units_and_signs_of_indicators_do_not_matter(data: dict[str, np.ndarray]) -> None:
    fit = sem.fit(MODEL, data)
    turned = sem.fit(
        MODEL.replace("x1 + x2 + x3", "x3 + x1 + x2"), {**data, "x2": -7 * data["x2"], "x4": 3 * data["x4"]}
    )
    assert turned.fit_measures["chisq"] == pytest.approx(fit.fit_measures["chisq"], rel=SAME)
    mine, theirs = (each.standardized.set_index(["lhs", "op", "rhs"])["est_std"] for each in (fit, turned))
    for item in ("x1", "x2", "x3", "x4"):
        name = "D" if item == "x4" else "C"
        assert abs(theirs[name, "<~", item]) == pytest.approx(abs(mine[name, "<~", item]), abs=1e-5)


def test_bootstrap_agrees_with_the_delta_method(data: dict[str, np.ndarray]) -> None:
    fit = sem.fit(MODEL, data, estimator="MLR")
    rows = fit.table.parameters
    chosen = [i for i, row in enumerate(rows) if row.lhs == "C" and row.op == "<~" and row.free]
    drawn = sem.bootstrap(fit, 400, seed=1).parameters()["se"].to_numpy()[chosen]
    assert drawn == pytest.approx(fit.parameters["se"].to_numpy()[chosen], rel=0.5)


def test_groups(data: dict[str, np.ndarray]) -> None:
    both = sem.fit(MODEL, data, group="school")
    parts = [
        sem.fit(MODEL, {k: x[data["school"] == s] for k, x in data.items()}) for s in both.table.group_labels
    ]
    total = sum(part.fit_measures["chisq"] for part in parts)
    assert both.fit_measures["chisq"] == pytest.approx(total, rel=SAME)
    tied = sem.fit(MODEL, data, group="school", group_equal="composite.weights")
    assert tied.fit_measures["df"] == both.fit_measures["df"] + 4


def test_the_meaning_up_to_0_6_19(data: dict[str, np.ndarray]) -> None:
    case = load_case("v09_composite_old")
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        fit = sem.fit(case["fit"]["model"], data, composites=False)
    assert any(issubclass(each.category, IdentificationWarning) for each in given)
    weights = fit.parameters.query("op == '<~'")
    assert weights["se"].isna().all()
    assert fit.parameters.query("lhs == 'C' and op == '~~'")["est"].item() == 0
    assert not fit.table.blocks
    known = {
        row["lhs"] + row["rhs"]: row["est"] for row in case["expected"]["parameters"] if row["op"] == "~~"
    }
    for one, other in (("x1", "x1"), ("x1", "x2"), ("x3", "x3")):
        row = fit.parameters.query(f"lhs == '{one}' and rhs == '{other}'")
        assert row["est"].item() == pytest.approx(known[one + other], rel=1e-9)


@pytest.mark.parametrize(
    ("model", "arguments", "error", "message"),
    [
        ("C <~ x1 + x2", {}, ModelError, "relates to nothing"),
        ("C <~ x1 + x2; D <~ x2 + x3; C ~ D", {}, ModelError, "part of two composites"),
        ("C <~ x1 + x2; x4 ~ C; x5 ~ x1", {}, ModelError, "line 1: x5 ~ x1: x1 is an indicator"),
        ("C <~ x1 + x2; x4 ~ C; x1 ~~ x2", {}, ModelError, "free of any structure"),
        ("f =~ x1 + x2 + x3; C <~ f + x4; x5 ~ C", {}, NotServedError, "sums of observed variables"),
        ("C <~ x1 + x2; C =~ x4 + x5", {}, ModelError, "write x4 ~ C"),
        ("C <~ x1 + x2; C ~~ C; x4 ~ C", {}, ModelError, "fixes the scale by it"),
        ("C <~ x1 + x2; x4 ~ C", {"ordered": ["x4"]}, NotServedError, "beside ordinal variables"),
        ("C <~ x1 + x2; x4 ~ C", {"estimator": "IV"}, NotServedError, "estimator='IV' are not served"),
        ('C <~ x1 + x2; efa("e")*f =~ x4 + x5 + x6; f ~ C', {}, NotServedError, "exploratory blocks"),
        (
            "C <~ x1 + x2; x4 ~ C",
            {"estimator": "MLR", "composites_cov_free": False},
            NotServedError,
            "leave it out",
        ),
    ],
)
def test_what_is_refused(data: dict[str, np.ndarray], model, arguments, error, message: str) -> None:
    few = {**data, "x4": np.digitize(data["x4"], [2, 3, 4])} if "ordered" in arguments else data
    with pytest.raises(error, match=message):
        sem.fit(model, few, **arguments)


def test_after_the_fit(data: dict[str, np.ndarray]) -> None:
    fit = sem.fit(MODEL, data)
    assert "weighted sums" in fit.summary()
    indices = sem.modification_indices(fit)
    assert not set(indices["lhs"]) & {"x1", "x2", "x3", "x4", "x5", "x6"}
    assert {"C", "D"} & set(indices.query("op == '~' and lhs == 'x9'")["rhs"])
    table = sem.effects(fit, "std_all").set_index(["effect", "lhs", "rhs"])["est"]
    assert table["total", "speed", "C"] == pytest.approx(0.331403783118675, abs=1e-5)
    assert sem.second_opinion(fit).reason == "the model has composites, semopy has none"
    assert sem.nesting(fit, sem.fit(MODEL.replace("C + D", "C"), data)).table.iloc[1, 0]
    assert sem.latent_moments(fit)[0].cov.loc["C", "C"] == pytest.approx(1.86167798, abs=1e-5)
