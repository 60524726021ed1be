"""Parameters of an invariance step one by one: semTools' numbers, what they agree with, what is refused."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import MlbcError
from tests.reference.corpus import read_table

CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
STEPS = ("configural", "metric", "scalar", "strict", "means")
STATISTICS = 2e-5
"""semTools' fits stop at lavaan's usual point; relative."""
WALD = 3e-4
SEMTOOLS = {
    "strict": {
        "free_chisq": [0.09820652078, 2.38325251756, 2.82011748568, 0.93021869031, 0.91493763107, 3.44549589868,
                       3.06304166133, 0.87329428466, 2.07107706586],
        "fix_chisq": [0.3324127564, 2.7175299517, 3.2674331544, 1.1995996428, 1.3507846511, 4.6879391445, 2.8054813546,
                      0.7397007243, 1.1025340528],
        "wald_chisq": [0.3469361919, 2.8160882042, 3.6165829271, 1.2903307207, 1.4210051489, 4.6324228298, 3.2030058089,
                       0.8280223218, 1.1779629596],
        "share_Grant-White": [-0.7281173464, 0.9035426347, 0.8540513170, 0.9385779046, 0.9060417773, 1.2755360227,
                              2.2889789746, -1.2903525277, 43.0309932739],
    },
    "means": {
        "free_chisq": [5.971365050, 35.574465958, 6.257735591],
        "fix_chisq": [1.526009802, 23.568463594, 3.796660772],
        "free_delta_cfi": [-0.005612484479, -0.039033273884, -0.005935786067],
        "std_Grant-White": [-0.3442965236, 0.6980781384, -0.3551902399],
    },
}  # fmt: skip
"""semTools 0.5-6, lavaan 0.6-14, partialInvariance of cfa fits by school; metric and scalar steps are a stored case."""


@cache
def taken_apart(step: str, **arguments: str) -> sem.PartialInvariance:
    data = read_table("data/HolzingerSwineford1939.csv")
    steps = STEPS[: STEPS.index(step) + 1]
    return sem.partial_invariance(CFA, data, group="school", steps=steps, **arguments)


@pytest.mark.parametrize("step", SEMTOOLS)
def test_residual_variances_and_means_agree_with_semtools(step: str) -> None:
    got = taken_apart(step)
    for name, expected in SEMTOOLS[step].items():
        frame = got.tests if name in got.tests else got.estimates
        limit = {"wald_chisq": WALD, "share_Grant-White": 1e-3}.get(name, STATISTICS)
        assert frame[name].to_numpy() == pytest.approx(np.array(expected), rel=limit, abs=1e-5), name


def test_standardized_residual_variances_are_shares_of_the_pooled_variance() -> None:
    row = taken_apart("strict").estimates.iloc[0]
    assert row["std_Pasteur"] / row["est_Pasteur"] == pytest.approx(
        row["std_Grant-White"] / row["est_Grant-White"]
    )
    angle = [2 * np.arcsin(np.sqrt(row[f"std_{name}"])) for name in ("Pasteur", "Grant-White")]
    assert row["h_Grant-White"] == pytest.approx(angle[1] - angle[0])


def test_setting_one_parameter_free_is_group_partial() -> None:
    data = read_table("data/HolzingerSwineford1939.csv")
    got = taken_apart("scalar")
    equal = ("loadings", "intercepts")
    whole = sem.cfa(CFA, data, group="school", group_equal=equal)
    part = sem.cfa(CFA, data, group="school", group_equal=equal, group_partial=("x3~1",))
    row = got.tests.set_index("parameter").loc["x3~1"]
    assert row["free_chisq"] == pytest.approx(
        whole.fit_measures["chisq"] - part.fit_measures["chisq"], rel=1e-6
    )
    pair = part.parameters.query("lhs == 'x3' and op == '~1'")["est"].to_numpy()
    found = got.estimates.set_index("parameter").loc["x3~1", ["est_Pasteur", "est_Grant-White"]]
    assert found.to_numpy(dtype=float) == pytest.approx(pair, abs=1e-5)


def test_robust_differences_and_several_groups() -> None:
    robust = taken_apart("metric", estimator="MLR")
    assert (robust.tests["free_df"] == 1).all()
    assert not np.allclose(robust.tests["free_chisq"], taken_apart("metric").tests["free_chisq"], rtol=1e-3)
    rng = np.random.default_rng(4)
    items = dict(zip("abcd", (rng.normal(size=(900, 1)) + rng.normal(size=(900, 4))).T, strict=True))
    items["site"] = np.repeat(["north", "south", "west"], 300)
    items["b"][600:] += rng.normal(size=300) * 0.1 + 0.8
    got = sem.partial_invariance("f =~ a + b + c + d", items, group="site", steps=STEPS[:3])
    assert got.tests[["free_df", "fix_df", "wald_df"]].to_numpy().tolist() == [[2, 2, 2]] * 4
    assert got.tests.set_index("parameter")["free_chisq"].idxmax() == "b~1"
    assert {"diff_std_south", "diff_std_west"} <= set(got.estimates)


def test_nothing_depends_on_the_first_item_where_only_the_rest_are_tested() -> None:
    data = read_table("data/HolzingerSwineford1939.csv")
    turned = CFA.replace("x1 + x2 + x3", "x3 + x1 + x2")
    got = sem.partial_invariance(turned, data, group="school")
    free = got.tests.set_index("parameter")["free_chisq"]
    same = taken_apart("metric").tests.set_index("parameter")["free_chisq"]
    assert free[same.index].to_numpy() == pytest.approx(same.to_numpy(), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"steps": ("configural",)}, "at least two steps"),
        ({"steps": ("metric", "variances")}, "is taken apart"),
        ({"std_lv": True}, "sets std_lv itself"),
        ({"ordered": True}, "continuous items"),
        ({"model": CFA.replace("x2", "0.5*x2")}, "without|modifiers"),
    ],
)
def test_what_cannot_be_taken_apart(arguments: dict[str, object], message: str) -> None:
    data = read_table("data/HolzingerSwineford1939.csv")
    given = {"model": CFA, "group": "school", **arguments}
    with pytest.raises(MlbcError, match=message):
        sem.partial_invariance(data=data, **given)
