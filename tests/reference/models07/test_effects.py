"""Errors of defined parameters and the table of effects equal lavaan 0.7's."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.inference.functions.function_errors import Function, FunctionErrors, function_columns
from mlbc_stats.sem.inference.standardized import standardize
from tests.reference.adapter import fit_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import Case, load_case

# 100,000 draws there, 20,000 here: the error of an error is about 0.5 %, that of a bound about 1.5 % of the error.
DRAWN_ERROR, DRAWN_BOUND = 0.02, 0.06
# Newton's last step on either side; the delta method adds nothing to it.
TIGHT = 1e-6


@pytest.fixture(scope="module")
def plain() -> sem.SemResult:
    return fit_case(load_case("v11_sedef_delta"))


@pytest.mark.parametrize("case_id", ["v11_sedef_delta", "v11_sedef_delta2"])
def test_delta_errors(case_id: str) -> None:
    case = load_case(case_id)
    # lavaan's standardized errors of the second order are up to twice those of its formula, see the test of ours.
    left_out = ("effects_delta", *(["standardized"] if case_id.endswith("2") else []))
    fields = [field for field in case["expected"] if field not in left_out]
    assert not compare_sem(case, shape_result(fit_case(case), fields), fields)


def defined(case: Case, name: str) -> dict[str, float]:
    return next(row for row in case["expected"]["parameters"] if row["lhs"] == name)


@pytest.mark.parametrize("name", ["ab", "total"])
def test_monte_carlo_errors(name: str) -> None:
    case = load_case("v11_sedef_mc")
    fit, stored = fit_case(case), defined(case, name)
    ours = fit.parameters.set_index("lhs").loc[name]
    assert ours["est"] == pytest.approx(stored["est"], rel=1e-5)
    assert ours["se"] == pytest.approx(stored["se"], rel=DRAWN_ERROR)
    for end, there in (("ci_lower", "ci.lower"), ("ci_upper", "ci.upper")):
        assert ours[end] == pytest.approx(stored[there], abs=DRAWN_BOUND * stored["se"])
    other = {row["lhs"]: row for row in case["expected"]["standardized"]}[name]
    standardized = fit.standardized.set_index("lhs").loc[name]
    for end, there in (("ci_lower", "ci.lower"), ("ci_upper", "ci.upper")):
        assert standardized[end] == pytest.approx(other[there], abs=DRAWN_BOUND * other["se"])
    assert "Monte Carlo, 100000 draws, seed 1234" in fit.summary()


def test_every_effect(plain: sem.SemResult) -> None:
    stored, table = load_case("v11_sedef_delta")["expected"]["effects_delta"], sem.effects(plain)
    assert len(table) == len(stored)
    for row, expected in zip(table.to_dict("records"), stored, strict=True):
        assert (row["effect"], row["lhs"], row["rhs"]) == (
            expected["effect"],
            expected["lhs"],
            expected["rhs"],
        )
        for name in ("est", "se", "z", "ci_lower", "ci_upper"):
            assert row[name] == pytest.approx(expected[name], rel=TIGHT), (row, name)


def test_effects_are_the_definitions() -> None:
    for case_id in ("v11_sedef_delta", "v11_sedef_delta2", "v11_sedef_mc"):
        fit = fit_case(load_case(case_id))
        rows = fit.parameters.set_index("lhs")
        table = sem.effects(fit).set_index(["effect", "lhs", "rhs"])
        for name, key in (("ab", "indirect"), ("total", "total")):
            ours = table.loc[(key, "dem65", "ind60")]
            for column in ("est", "se", "ci_lower", "ci_upper"):
                assert ours[column] == pytest.approx(rows.loc[name, column], rel=1e-8)
        own = (
            sem.effects(fit, "std_all").set_index(["effect", "lhs", "rhs"]).loc["indirect", "dem65", "ind60"]
        )
        beside = fit.standardized.set_index("lhs").loc["ab"]
        assert own[["est", "se"]].tolist() == pytest.approx(beside[["est_std", "se"]].tolist(), rel=1e-6)


def test_second_order_errors_are_those_of_the_quadratic_approximation(plain: sem.SemResult) -> None:
    """The variance of g'δ + ½δ'Hδ over δ ~ N(0, V), both terms by differences of the standardized values themselves."""
    rng, small = np.random.default_rng(1), 1e-3
    drawn = rng.multivariate_normal(np.zeros(len(plain.theta)), plain.uncertainty.vcov, size=40_000)
    up, down = (
        standardize(plain.table, plain.solution.rams, plain.theta + s * small * drawn) for s in (1, -1)
    )
    middle = standardize(plain.table, plain.solution.rams, plain.theta)
    simulated = ((up - down) / (2 * small) + (up + down - 2 * middle) / (2 * small**2)).std(axis=0)
    ours = fit_case(load_case("v11_sedef_delta2")).standardized["se"].to_numpy()
    moving = ours > 0
    assert moving.sum() == len(plain.table.parameters) - 1
    assert ours[moving] == pytest.approx(simulated[moving], rel=0.02)


def test_a_product_has_the_formula_of_goodman() -> None:
    a, b, va, vb, c = 0.4, 0.3, 0.02, 0.05, 0.01
    vcov = np.array([[va, c], [c, vb]])
    found = fake_uncertainty(vcov)
    function = Function(lambda t: t[..., :1] * t[..., 1:], lambda t: np.array([[t[1], t[0]]]))
    got = function_columns(function, np.array([a, b]), found, FunctionErrors("second_order")).se[0] ** 2
    assert got == pytest.approx(b**2 * va + a**2 * vb + 2 * a * b * c + va * vb + c**2, rel=1e-8)


def fake_uncertainty(vcov: np.ndarray):
    from mlbc_stats.sem.inference.uncertainty import Uncertainty

    q = len(vcov)
    return Uncertainty(vcov, np.eye(q), None, np.eye(q), np.zeros(q, dtype=bool), np.zeros((q, 0)))


def test_loops_and_groups() -> None:
    rng = np.random.default_rng(5)
    x, z, e, d = rng.normal(size=(4, 800))
    y1 = (0.5 * x + 0.3 * 0.6 * z + e + 0.3 * d) / (1 - 0.3 * 0.4)
    y2 = 0.4 * y1 + 0.6 * z + d
    data = {"x": x, "z": z, "y1": y1, "y2": y2, "g": np.where(np.arange(800) % 2 == 0, "a", "b")}
    fit = sem.fit("y1 ~ x + y2; y2 ~ z + y1; y1 ~~ 0*y2", data, group="g")
    table = sem.effects(fit).set_index(["effect", "lhs", "rhs", "group"])["est"]
    for group in (1, 2):
        b12, b21 = table["direct", "y1", "y2", group], table["direct", "y2", "y1", group]
        assert table["total", "y1", "y1", group] == pytest.approx(b12 * b21 / (1 - b12 * b21))
        assert table["total", "y2", "x", group] == pytest.approx(
            b21 * table["direct", "y1", "x", group] / (1 - b12 * b21)
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"se_def": "sobel"}, "se_def='sobel' is not known"),
        ({"se_def": "monte_carlo", "monte_carlo": {"draws": 3}}, "monte_carlo"),
        ({"se_def": "monte_carlo", "monte_carlo": {"R": 1}}, "at least two"),
        ({"se_def": "monte_carlo", "se": "bootstrap"}, "leave se_def"),
    ],
)
def test_refusals(arguments: dict, message: str) -> None:
    x = np.random.default_rng(1).normal(size=(3, 50))
    with pytest.raises(ModelError, match=message):
        sem.fit("a ~ b + c", dict(zip("abc", x, strict=True)), **arguments)


def test_without_regressions_there_are_no_effects() -> None:
    cov = {"names": ["a", "b", "c"], "values": [[2, 1, 1], [1, 2, 1], [1, 1, 2]]}
    with pytest.raises(ModelError, match="no regressions"):
        sem.effects(sem.cfa("f =~ a + b + c", sample_cov=cov, sample_nobs=100))
