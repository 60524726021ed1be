"""Invariance: the sequence, its table, what it proposes and what it refuses."""

from __future__ import annotations

import pickle
from functools import cache

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.comparing.proposals import adjust_by_holm
from tests.reference.adapter import fit_case
from tests.reference.corpus import load_case, read_table

CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
FOUR = ("configural", "metric", "scalar", "strict")


@pytest.fixture(scope="module")
def students():
    return read_table("data/HolzingerSwineford1939.csv")


@pytest.fixture(scope="module")
def plain(students):
    return sem.invariance(CFA, students, group="school")


@pytest.fixture(scope="module")
def robust(students):
    return sem.invariance(CFA, students, group="school", estimator="MLR", steps=FOUR)


@cache
def stored(step: str) -> sem.SemResult:
    return fit_case(load_case(f"e01_hs_ml_{step}"))


@pytest.mark.parametrize("step", FOUR)
def test_steps_are_the_stored_models(plain, step):
    ours = plain.fits[plain.steps.index(step)]
    assert ours.tests[0].stat == pytest.approx(stored(step).tests[0].stat, rel=1e-9)
    assert plain.table.loc[step, "cfi"] == pytest.approx(stored(step).fit_measures["cfi"], abs=1e-9)


def test_differences_are_those_of_compare(plain):
    expected = sem.compare(*(stored(step) for step in FOUR), names=FOUR).table
    table = plain.table.loc[list(FOUR)]
    assert table["chisq_diff"].iloc[1:].to_numpy() == pytest.approx(
        expected["chisq_diff"].iloc[1:].to_numpy()
    )
    assert table["df_diff"].iloc[1:].tolist() == [6, 6, 9]
    assert table["pvalue_diff"].iloc[1:].to_numpy() == pytest.approx(expected["pvalue"].iloc[1:].to_numpy())


def test_verdicts(plain):
    assert plain.table["test_holds"].tolist() == [None, True, False, False, False]
    assert plain.table["fit_holds"].tolist() == [None, True, False, True, False]
    assert plain.table["delta_cfi"].iloc[2] == pytest.approx(
        plain.table["cfi"].iloc[2] - plain.table["cfi"].iloc[1]
    )
    assert set(plain.meanings) == set(plain.steps)


def test_means_after_scalar_are_the_stored_model(students):
    got = sem.invariance(CFA, students, group="school", steps=("scalar", "means"))
    assert got.fits[1].tests[0].stat == pytest.approx(stored("means").tests[0].stat, rel=1e-9)


def test_robust_measures_and_scaled_differences(robust):
    assert robust.indices == {"cfi": "cfi_robust", "rmsea": "rmsea_robust", "srmr": "srmr"}
    assert robust.table["cfi"].iloc[0] == pytest.approx(robust.fits[0].fit_measures["cfi_robust"])
    scaled = sem.compare(*robust.fits).table["chisq_diff"].iloc[1:].to_numpy()
    assert robust.table["chisq_diff_scaled"].iloc[1:].to_numpy() == pytest.approx(scaled)
    assert robust.table["chisq_diff"].iloc[1] != robust.table["chisq_diff_scaled"].iloc[1]


def test_proposals_are_score_tests_of_the_new_restrictions(plain):
    scalar = plain.proposals.query("step == 'scalar'").set_index("parameter")
    assert scalar.query("proposed").index.tolist() == ["x3~1", "x7~1"]
    score = sem.score_test(stored("scalar")).univariate
    assert scalar.loc["x3~1", "stat"] == pytest.approx(score["stat"].max())
    assert scalar.loc["x3~1", "epc"] == pytest.approx(score["epc"].abs().max())


def test_nothing_is_freed_unless_asked(plain, students):
    partial = sem.invariance(CFA, students, group="school", steps=FOUR[:3], group_partial=["x3~1", "x7~1"])
    assert plain.table.loc["scalar", "df"] == 60
    assert partial.table.loc["scalar", "df"] == 58
    assert partial.fits[2].tests[0].stat == pytest.approx(
        fit_case(load_case("e01_hs_ml_partial")).tests[0].stat
    )
    assert not {"x3~1", "x7~1"} & set(partial.proposals["parameter"])


def test_means_are_proposed_too(plain):
    means = plain.proposals.query("step == 'means'")
    assert set(means["parameter"]) == {"visual~1", "textual~1", "speed~1"}
    own = sem.score_test(plain.fits[-1], "group: Grant-White\ntextual ~ 1")
    assert means["stat"].max() == pytest.approx(own.stat)


def test_three_groups_release_two_ties_at_once():
    rng = np.random.default_rng(11)
    items = dict(zip("abcd", (rng.normal(size=(900, 1)) + rng.normal(size=(900, 4))).T, strict=True))
    items["site"] = np.repeat(["north", "south", "west"], 300)
    items["d"][600:] += 0.8
    got = sem.invariance("f =~ a + b + c + d", items, group="site", steps=FOUR[:3])
    scalar = got.proposals.query("step == 'scalar'").set_index("parameter")
    assert scalar["df"].tolist() == [2, 2, 2, 2]
    assert scalar.query("proposed").index.tolist()[0] == "d~1"
    assert scalar.loc["d~1", "epc"] == pytest.approx(0.8, abs=0.25)


def test_covariances_and_means_are_enough():
    moments = [fit_case(load_case("e01_hs_ml_configural")).moments[g] for g in (0, 1)]
    given = {
        "sample_cov": [{"names": m.names, "values": m.cov * m.n / (m.n - 1)} for m in moments],
        "sample_mean": [m.mean for m in moments],
        "sample_nobs": [m.n for m in moments],
    }
    got = sem.invariance(CFA, steps=FOUR[:2], **given)
    assert got.table.loc["metric", "chisq"] == pytest.approx(stored("metric").tests[0].stat, rel=1e-9)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"steps": ("configural", "weak")}, "steps: 'weak' is not known"), ({"steps": ()}, "at least one step"),
    ({"steps": ("metric", "metric")}, "none twice"), ({"group_equal": "loadings"}, "sets group_equal itself"),
    ({"group": None}, "at least two groups"),
    ({"steps": ("configural", "residual_covariances")}, "restricts nothing beyond 'configural'")])  # fmt: skip
def test_refusals(students, arguments, message):
    with pytest.raises(ModelError, match=message):
        sem.invariance(CFA, students, **{"group": "school", **arguments})


def test_result_can_be_stored(robust):
    assert pickle.loads(pickle.dumps(robust)).table.equals(robust.table)


def test_holm_adjustment():
    assert adjust_by_holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert adjust_by_holm([]) == []


def test_steps_of_ordinal_items_follow_one_version() -> None:
    answers = read_table("data/HS_ord4.csv")
    with pytest.raises(ModelError, match="follow Wu and Estabrook"):
        sem.invariance("visual =~ x1 + x2 + x3", answers, group="school", ordered=True, compat="0.6")
