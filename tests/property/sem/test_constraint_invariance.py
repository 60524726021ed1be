"""Solutions under nonlinear constraints: the same in all units, feasible, curved upwards, held by the right side."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.constraints.system import constraint_system, constraint_values
from mlbc_stats.sem.estimation.constrained import bounds_of
from mlbc_stats.sem.estimation.curvature import curved_point
from mlbc_stats.sem.estimation.search.augmented import augmented_point

PATHS = "z ~ a*x; y ~ b*z + c*x; w ~ d*y; "
CONSTRAINTS = ("{a}*{c} == 0.09", "exp({a}) == 1 + {d}", "{a} > {b}^2; {c} < {d}^3", "{a}*{b} > 0.3; {c} > 0")
"""Of coefficients in plain units."""
SEEDS = range(4)


def sample(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=300)
    z = 0.4 * x + rng.normal(size=300)
    y = 0.5 * z + 0.3 * x + rng.normal(size=300)
    return {"x": x, "z": z, "y": y, "w": 0.6 * y + rng.normal(size=300)}


def units_of(seed: int) -> dict[str, float]:
    return dict(
        zip("xzyw", (10.0 ** np.random.default_rng(100 + seed).uniform(-4, 5, 4)).tolist(), strict=True)
    )


def fitted(seed: int, constraint: str, scale: dict[str, float] | None = None) -> sem.SemResult:
    """The model of the sample in some units, and of the constraint in the same."""
    unit = dict.fromkeys("xzyw", 1.0) if scale is None else scale
    factor = {
        "a": unit["z"] / unit["x"],
        "b": unit["y"] / unit["z"],
        "c": unit["y"] / unit["x"],
        "d": unit["w"] / unit["y"],
    }
    text = constraint.format(**{name: f"({name}/{value!r})" for name, value in factor.items()})
    data = {name: values * unit[name] for name, values in sample(seed).items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sem.fit(PATHS + text, data)


@pytest.mark.parametrize("constraint", CONSTRAINTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_units_do_not_matter(seed: int, constraint: str) -> None:
    plain, wild = fitted(seed, constraint), fitted(seed, constraint, units_of(seed))
    assert plain.converged and wild.converged
    assert wild.fit_measures["chisq"] == pytest.approx(plain.fit_measures["chisq"], rel=1e-6, abs=1e-6)
    assert wild.npar == plain.npar
    kept = plain.standardized["op"].isin(["~", "~~"])
    np.testing.assert_allclose(
        wild.standardized["est_std"][kept], plain.standardized["est_std"][kept], atol=1e-6
    )


@pytest.mark.parametrize("constraint", CONSTRAINTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_point_is_a_constrained_minimum(seed: int, constraint: str) -> None:
    fit = fitted(seed, constraint, units_of(seed))
    audit, system = fit.audit, constraint_system(fit.table)
    assert audit is not None and audit.passed
    values = constraint_values((*system.equalities, *system.inequalities), fit.theta[None])[0][0]
    n_equal = len(system.equalities)
    assert np.abs(values[:n_equal]).max(initial=0.0) < 1e-8
    assert (values[n_equal:] > -1e-8).all()
    assert audit.violation < 1e-10 and audit.multiplier >= 0 and audit.curvature > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bound_that_binds_costs_and_one_that_does_not_is_free(seed: int) -> None:
    """F rises where a binding bound is tightened, and does not change where a slack one is left out."""
    bound = "{a}*{b} > "
    free = fitted(seed, "{a} > -9")
    product = float(free.parameters["est"][0] * free.parameters["est"][1])
    slack = fitted(seed, bound + repr(product - 0.05))
    assert slack.fit_measures["chisq"] == pytest.approx(free.fit_measures["chisq"], abs=1e-8)
    chisq = [fitted(seed, bound + repr(product + more)).fit_measures["chisq"] for more in (0.02, 0.05, 0.1)]
    assert np.all(np.diff([slack.fit_measures["chisq"], *chisq]) > 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_far_from_the_data_the_augmented_lagrangian_goes_on(seed: int) -> None:
    """A product ten thousand times what the data have: quadratic programming alone crawled along the hyperbola."""
    unit = {"x": 1e3, "z": 1e3 * (1 + seed), "y": 0.3, "w": 10.0}
    data = {name: values * unit[name] for name, values in sample(seed).items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sem.fit(PATHS + "a*c == 0.9", data)
    found = fit.parameters.set_index("label")["est"]
    assert fit.converged and found["a"] * found["c"] == pytest.approx(0.9, rel=1e-9)


def test_the_augmented_lagrangian_has_the_slopes_of_its_value() -> None:
    fit = fitted(1, "{a}*{c} == 0.09; {a} > {b}^2; {c} < {d}^3")
    system = constraint_system(fit.table)
    bounds = bounds_of(system.equalities, system.inequalities)
    assert bounds is not None
    multipliers, weight = np.array([0.7, 0.4, 0.0]), np.array([3.0, 20.0, 5.0])
    objective = fit.solution.objective
    theta = fit.theta + 0.1 * np.random.default_rng(2).normal(size=len(fit.theta))
    point = augmented_point(objective, bounds, multipliers, weight, theta[None])
    step = 1e-5 * np.eye(len(theta))
    ahead, behind = (
        augmented_point(objective, bounds, multipliers, weight, theta + sign * step) for sign in (1, -1)
    )
    np.testing.assert_allclose(point.gradient[0], (ahead.value - behind.value) / 2e-5, atol=1e-7)
    half = (ahead.gradient - behind.gradient) / 4e-5
    np.testing.assert_allclose(point.information[0], half, atol=1e-5)
    assert np.isfinite(curved_point(objective, theta[None]).value).all()
