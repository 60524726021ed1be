"""What one set of draws gives for everything at once is what a plain loop over refits gives."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import MlbcWarning, ModelError
from mlbc_stats.moments.weights import bootstrap_weights
from mlbc_stats.parallel import spawn_generators
from mlbc_stats.sem.resampling.bootstrap_result import BootstrapResult

MODEL = """
one =~ a1 + a2 + a3
two =~ b1 + b2 + b3
two ~ slope*one + x
one ~ x
through := slope^2
"""
DRAWS = 6
# Every refit stops at a reduced gradient of about 1e-8, from another start than the batch.
SAME = 2e-5
QUANTILE = {"method": "weibull"}


def table(ordinal: bool = False) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(4)
    x = rng.normal(size=300)
    one = 0.4 * x + rng.normal(size=300)
    two = 0.6 * one + rng.normal(size=300)
    a = one[:, None] * [1.0, 0.9, 0.8] + rng.normal(scale=1.0, size=(300, 3))
    b = two[:, None] * [1.0, 0.8, 1.1] + rng.normal(scale=1.0, size=(300, 3))
    data = dict(zip(["a1", "a2", "a3", "b1", "b2", "b3"], np.c_[a, b].T, strict=True))
    if ordinal:
        data = {name: np.digitize(column, [-1, 0, 1]).astype(float) for name, column in data.items()}
    return data | {"x": x, "site": np.repeat(["n", "s"], 150)}


WAYS = {
    "ML": (MODEL, False, {}),
    "groups": (MODEL.replace("slope*", "c(s1, s2)*").replace("slope^2", "s1*s2"), False, {"group": "site"}),
    "MLR": (MODEL, False, {"estimator": "MLR"}),
    "ordinal": (MODEL.replace(" + x", "").replace("one ~ x\n", ""), True, {"ordered": True}),
}


@pytest.fixture(scope="module", params=WAYS)
def drawn(request: pytest.FixtureRequest) -> BootstrapResult:
    model, ordinal, arguments = WAYS[request.param]
    return sem.bootstrap(sem.fit(model, table(ordinal), **arguments), DRAWS, seed=3)


@pytest.fixture(scope="module")
def loop(drawn: BootstrapResult) -> list[sem.SemResult]:
    """Each resample written out as rows and fitted on its own."""
    ordinal = drawn.fit.method.ordinal
    model, _, arguments = next(
        way for way in WAYS.values() if way[0] == drawn.fit.call["model"] and way[1] == ordinal
    )
    arguments = {**arguments, "estimator": drawn.fit.method.estimator}
    (rng,) = spawn_generators(3, 1)
    columns = pd.DataFrame(table(ordinal))
    parts = [bootstrap_weights(rng, len(moments.raw), DRAWS) for moments in drawn.fit.moments]
    fits = []
    for counts in zip(*parts, strict=True):
        chosen = np.concatenate(
            [np.repeat(m.rows, c.astype(int)) for m, c in zip(drawn.fit.moments, counts, strict=True)]
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            fits.append(sem.fit(model, columns.iloc[chosen], **arguments))
    return fits


def check(found: pd.DataFrame, fit_values: np.ndarray, values: list[np.ndarray]) -> None:
    """Estimate, error and percentile interval of a table against the fit and the refits."""
    draws = np.array([np.asarray(each, dtype=float) for each in values])
    assert found["est"].to_numpy() == pytest.approx(
        np.asarray(fit_values, dtype=float), abs=SAME, nan_ok=True
    )
    assert found["se"].to_numpy() == pytest.approx(draws.std(axis=0, ddof=1), abs=SAME, nan_ok=True)
    ends = np.quantile(draws, [0.025, 0.975], axis=0, **QUANTILE)
    for name, end in zip(("ci_lower", "ci_upper"), ends, strict=True):
        known = ~np.isnan(end)
        assert found[name].to_numpy()[known] == pytest.approx(end[known], abs=SAME)


@pytest.mark.parametrize("kind", ["std_lv", "std_all", "std_nox"])
def test_standardized_solutions(drawn: BootstrapResult, loop: list[sem.SemResult], kind: str) -> None:
    found = drawn.standardized_solution(kind)
    own = [fit.standardized_solution(kind)["est_std"] for fit in (drawn.fit, *loop)]
    check(found, own[0], own[1:])


def test_parameters_and_definitions(drawn: BootstrapResult, loop: list[sem.SemResult]) -> None:
    rows = (drawn.fit.parameters["op"] != "==").to_numpy()
    own = [fit.parameters["est"].to_numpy()[rows] for fit in (drawn.fit, *loop)]
    check(drawn.parameters()[rows], own[0], own[1:])


@pytest.mark.parametrize("standardized", [None, "std_all"])
def test_effects(drawn: BootstrapResult, loop: list[sem.SemResult], standardized: str | None) -> None:
    own = [sem.effects(fit, standardized)["est"] for fit in (drawn.fit, *loop)]
    check(drawn.effects(standardized), own[0], own[1:])


def test_explained_variance(drawn: BootstrapResult, loop: list[sem.SemResult]) -> None:
    check(drawn.rsquare(), drawn.fit.rsquare, [fit.rsquare.to_numpy() for fit in loop])


def test_reliability_and_validity(drawn: BootstrapResult, loop: list[sem.SemResult]) -> None:
    found = reliability.bootstrap_summary(drawn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        summaries = [reliability.summary(fit) for fit in (drawn.fit, *loop)]
    many = "group" in found.constructs
    for index, rows in found.constructs.groupby("index"):
        if index == "alpha" and drawn.fit.method.ordinal:
            assert rows["est"].isna().all()
            continue
        keys = list(zip(rows["group"], rows["construct"], strict=True)) if many else list(rows["construct"])
        own = [each.constructs.loc[keys, index].to_numpy() for each in summaries]
        check(rows, own[0], own[1:])
    for index, rows in found.htmt.groupby("index"):
        groups = rows["group"] if many else [""] * len(rows)
        own = [
            np.array(
                [
                    getattr(each, index).loc[(group, one) if many else one, other]
                    for group, one, other in zip(groups, rows["one"], rows["other"], strict=True)
                ]
            )
            for each in summaries
        ]
        check(rows, own[0], own[1:])


def test_kinds_of_intervals() -> None:
    draws = sem.bootstrap(sem.fit(MODEL, table()), 60, seed=1)
    for interval in ("percentile", "basic", "normal", "bc", "bca"):
        for frame in (
            draws.rsquare(interval),
            draws.effects("std_all", interval),
            draws.standardized_solution("std_nox", interval),
            reliability.bootstrap_summary(draws, interval).htmt,
        ):
            known = frame["se"] > 1e-9
            assert (frame["ci_lower"] < frame["ci_upper"])[known].all()
    with pytest.raises(ModelError, match="kind='std' is not known"):
        draws.standardized_solution("std")


def test_incomplete_data_have_intervals_of_what_the_model_determines() -> None:
    data = table()
    data["a1"][::9] = np.nan
    draws = sem.bootstrap(sem.fit(MODEL, data, missing="fiml"), 20, seed=1)
    found = reliability.bootstrap_summary(draws)
    assert set(found.constructs["index"]) == {"omega_model", "cr", "ave", "maximal_h"}
    assert found.htmt.empty
    with pytest.raises(ModelError, match="no covariances of their own"):
        _ = draws.samples


def test_no_seed_is_one_that_is_kept() -> None:
    fit = sem.fit(MODEL, table())
    first = sem.bootstrap(fit, 5)
    assert sem.bootstrap(fit, 5, seed=first.seed).theta == pytest.approx(first.theta)
