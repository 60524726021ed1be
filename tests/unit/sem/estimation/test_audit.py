"""A point is a solution when its audit says so: stationary, feasible, no direction that leads down."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataWarning, InadmissibleWarning, ModelError
from mlbc_stats.sem.estimation.audit import Audit
from mlbc_stats.sem.estimation.objective import evaluate
from tests.reference.corpus import read_table

HS = read_table("data/HolzingerSwineford1939.csv")
ITEMS = [f"x{i}" for i in range(1, 10)]
GROWTH = "i =~ 1*t0 + 1*t1 + 1*t2 + 1*t3; s =~ 0*t0 + 1*t1 + 2*t2 + 3*t3; s ~~ vs*s + 0*i\n"


def quiet(model: str, data: object, **arguments: object) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sem.fit(model, data, **arguments)


def curvature(result: sem.SemResult) -> float:
    """Smallest eigenvalue of the Hessian by central differences of the gradient, within the linear constraints."""
    objective, theta = result.solution.objective, result.theta
    step = 1e-5 * np.maximum(np.abs(theta), 1.0)
    around = theta + np.concatenate([np.diag(step), -np.diag(step)])
    slopes = evaluate(objective, around).gradient
    hessian = (slopes[: len(theta)] - slopes[len(theta) :]) / (2 * step[:, None])
    basis = np.eye(len(theta)) if result.solution.tangent is None else result.solution.tangent
    return float(np.linalg.eigvalsh(basis.T @ (hessian + hessian.T) @ basis / 2)[0])


def test_a_saddle_point_is_left_behind() -> None:
    """lavaan 0.6-14: 254.2735 on 24 df, admissible; the saddle point lies at 255.946."""
    model = "a =~ x3 + x7 + x1 + x4 + x8\nb =~ x4 + x8 + x9 + x6 + x5 + x2"
    with pytest.warns(DataWarning, match="another minimum is lower .* the lowest admissible one is kept"):
        result = sem.fit(model, HS, std_lv=True)
    assert result.fit_measures["chisq"] == pytest.approx(254.2735, abs=1e-4)
    assert not result.doubts
    assert curvature(result) > 0
    assert "the best of" in result.summary()


@pytest.mark.parametrize("pair", ["x7 ~~ x8", "x7 ~~ x9"])
def test_a_freer_model_does_not_fit_worse(pair: str) -> None:
    blocks = 'efa("e")*f1 + efa("e")*f2 + efa("e")*f3 =~ ' + " + ".join(ITEMS) + "\n"
    freer = quiet(blocks + pair, HS)
    assert not freer.converged or freer.tests[0].stat <= quiet(blocks, HS).tests[0].stat + 1e-3


def test_the_audit_of_an_ordinary_fit() -> None:
    result = quiet("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9", HS)
    audit = result.audit
    assert (audit.passed, audit.feasible, audit.starts, audit.escapes) == (True, True, 1, 0)
    assert audit.curvature > 0.01
    assert audit.verdict == "a minimum"


@pytest.mark.parametrize("extra", [{"ordered": True}, {"ordered": True, "parameterization": "theta"}])
def test_ordinal_fits_are_audited_too(extra: dict[str, object]) -> None:
    result = quiet("f =~ x1 + x2 + x3 + x4", read_table("data/HS_ord4.csv"), **extra)
    assert result.audit.passed
    assert result.audit.curvature > 0


@pytest.mark.parametrize("text", ["a == 1\n a == 2", "a == b\n a == b + 1", "a + b == 1\n 2*a + 2*b == 3"])
def test_contradictory_constraints_are_refused(text: str) -> None:
    with pytest.raises(ModelError, match="the constraints contradict each other: "):
        sem.fit(f"visual =~ x1 + a*x2 + b*x3 + x4\n{text}", HS)


def test_constraints_said_twice_are_fine() -> None:
    assert quiet("visual =~ x1 + a*x2 + b*x3 + x4\na == b\n2*a == 2*b", HS).converged


@pytest.mark.parametrize("bound", ["vs > 0", ""])
def test_a_variance_on_its_bound_is_no_heywood_case(bound: str) -> None:
    rng = np.random.default_rng(0)
    level = rng.normal(5, 1, 120)
    data = {f"t{k}": level + 0.3 * k + rng.normal(0, 1, 120) for k in range(4)}
    result = quiet(GROWTH + bound, data, kind="growth")
    row = result.parameters.query("lhs == 's' and op == '~~' and rhs == 's'").iloc[0]
    if bound:
        assert (row["est"], row["std_all"], result.doubts) == (0.0, 0.0, ())
        assert result.audit.multiplier >= 0
    else:
        assert row["est"] < 0
        assert "Heywood" in result.doubts[0]


def test_what_cannot_be_satisfied_is_told() -> None:
    result = quiet("visual =~ x1 + a*x2 + b*x3\na^2 > 4\na > 0\na < 1", HS)
    assert "not feasible: a constraint is off by" in result.doubts[0]
    assert not result.converged


def test_indices_of_a_saturated_model_held_by_a_bound() -> None:
    """CFI and RNI by their formula: lavaan 0.6-14 gives .8007; what divides by zero degrees of freedom is no number."""
    measures = quiet("visual =~ x1 + upper(.2)*x2 + x3\nx1 ~~ lower(0)*x1", HS).fit_measures
    assert measures["cfi"] == measures["rni"] == pytest.approx(0.8007, abs=1e-4)
    assert np.isnan(measures[["tli", "rmsea"]]).all()


def test_verdicts() -> None:
    point = {"violation": 0.0, "multiplier": 0.0, "downhill": np.zeros(1)}
    assert "saddle" in Audit(0.0, curvature=-0.1, **point).verdict
    assert "not stationary" in Audit(1e-3, curvature=1.0, **point).verdict
    assert "flat" in Audit(0.0, curvature=0.0, **point).verdict
    assert "no point" in Audit(np.inf, curvature=np.nan, **point).verdict


def test_heywood_cases_look_for_an_admissible_minimum_first() -> None:
    with pytest.warns(InadmissibleWarning, match="Heywood"):
        result = sem.fit("f =~ h1 + h2 + h3 + h4", read_table("data/heywood60.csv"))
    assert result.audit.starts > 1


@pytest.mark.parametrize("parameterization", ["delta", "theta"])
def test_a_loading_without_end_is_a_heywood_case(parameterization: str) -> None:
    """In theta the residual variance is fixed at 1, so that an item explained wholly has an endless loading."""
    cor = np.array([[1, 0.8, 0.8, 0.5], [0.8, 1, 0.4, 0.3], [0.8, 0.4, 1, 0.3], [0.5, 0.3, 0.3, 1]])
    answers = np.random.default_rng(3).multivariate_normal(np.zeros(4), cor, 300)
    data = {f"y{i}": np.digitize(answers[:, i], [-0.5, 0.5]).astype(float) for i in range(4)}
    settings = {"ordered": True, "std_lv": True, "parameterization": parameterization}
    result = quiet("f =~ y0 + y1 + y2 + y3", data, **settings)
    assert any("y0" in text and "inadmissible" in text for text in result.doubts)
    assert not any("do not determine" in text for text in result.doubts)
