"""Score and Wald tests: what they ask, how they agree with each other, what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError, ModelSyntaxError
from tests.reference.corpus import read_table

CFA = "visual =~ x1 + p*x2 + q*x3\ntextual =~ x4 + r*x5 + s*x6\nratio := p/q"
# Score, Wald and difference tests estimate the same number; at these effects they differ by less than this share.
ALIKE = 0.25


@pytest.fixture(scope="module")
def students():
    return read_table("data/HolzingerSwineford1939.csv")


@pytest.fixture(scope="module")
def free(students):
    return sem.cfa(CFA, students)


@pytest.fixture(scope="module")
def tied(students):
    return sem.cfa(CFA, students, constraints="p == q\nr == s")


@pytest.fixture(scope="module")
def grouped(students):
    return sem.cfa(CFA.replace("p*", "").replace("q*", "").replace("r*", "").replace("s*", "").split("ratio")[0],
                   students, group="school", group_equal=["loadings", "intercepts"])  # fmt: skip


def test_three_tests_of_one_hypothesis_agree(free, tied):
    wald = sem.wald_test(free, "p == q\nr == s")
    score = sem.score_test(tied)
    difference = sem.compare(free, tied).differences[0]
    assert wald.df == score.df == difference.df == 2
    assert wald.stat == pytest.approx(difference.stat, rel=ALIKE)
    assert score.stat == pytest.approx(difference.stat, rel=ALIKE)


def test_wald_of_one_parameter_is_its_squared_z(free):
    row = free.parameters.query("label == 'p'").iloc[0]
    got = sem.wald_test(free, "p == 0")
    assert got.stat == pytest.approx(row["z"] ** 2, rel=1e-9)
    assert got.values[0] == pytest.approx(row["est"])
    assert got.errors[0] == pytest.approx(row["se"])


def test_repeated_restrictions_count_once(free):
    once, twice = sem.wald_test(free, "p == q"), sem.wald_test(free, "p == q\n2*p - 2*q == 0")
    assert (twice.stat, twice.df) == pytest.approx((once.stat, 1))


def test_defined_parameters_and_internal_names(free):
    assert sem.wald_test(free, "ratio == 1").df == 1
    assert sem.wald_test(free, ".p2. == q").stat == pytest.approx(sem.wald_test(free, "p == q").stat)


def test_nonlinear_restrictions_keep_their_order(free):
    got = sem.wald_test(free, "p*q == 1\nr == s")
    assert got.restrictions == ("p*q == 1", "r == s")
    values = dict(zip(free.parameters["label"], free.parameters["est"], strict=True))
    assert got.values == pytest.approx([values["p"] * values["q"] - 1, values["r"] - values["s"]])


@pytest.mark.parametrize(("text", "message"), [
    ("p == z", "no parameter is labelled 'z'"), ("p > q", "is no equality"), ("", "no constraint to test"),
    ("p == p", "only fixed parameters or holds in the model already")])  # fmt: skip
def test_wald_refuses(free, text, message):
    with pytest.raises(ModelError, match=message):
        sem.wald_test(free, text)


def test_wald_refuses_what_the_model_imposes(tied):
    with pytest.raises(ModelError, match="a score test asks"):
        sem.wald_test(tied, "p == q")


def test_wald_points_at_bad_syntax(free):
    with pytest.raises(ModelSyntaxError, match="breaks off"):
        sem.wald_test(free, "p == 2 +")


def test_score_of_an_added_parameter_is_its_modification_index(free):
    index = sem.modification_indices(free).set_index(["lhs", "op", "rhs"]).loc[("textual", "=~", "x1")]
    got = sem.score_test(free, "textual =~ x1")
    assert got.stat == pytest.approx(index["mi"], rel=1e-9)
    assert got.univariate["epc"].iloc[0] == pytest.approx(index["epc"], rel=1e-9)
    assert got.changes.set_index(["lhs", "rhs"]).loc[("textual", "x1"), "sepc_all"] == pytest.approx(
        index["sepc_all"]
    )


def test_score_approximates_the_refit(students, free):
    added = sem.cfa(CFA + "\nx5 ~~ x6", students)
    difference = sem.compare(added, free).differences[0]
    got = sem.score_test(free, "x5 ~~ x6")
    assert got.stat == pytest.approx(difference.stat, rel=ALIKE)


def test_fixed_rows_can_be_released(students):
    fit = sem.cfa(CFA + "\nvisual ~~ 0*textual", students)
    got = sem.score_test(fit, "textual ~~ visual")
    assert got.univariate["meaning"].tolist() == ["visual~~textual == 0"]
    assert got.pvalue < 1e-6


def test_marker_is_not_identified(free):
    got = sem.score_test(free, "visual =~ x1")
    assert got.rank == 0
    assert np.isnan(got.stat)


def test_released_constraints_are_numbered_from_one(tied):
    every = sem.score_test(tied, cumulative=True)
    assert every.univariate["number"].tolist() == [1, 2]
    assert every.cumulative["stat"].iloc[-1] == pytest.approx(every.stat)
    second = sem.score_test(tied, release=2)
    assert second.stat == pytest.approx(every.univariate["stat"].iloc[1])
    assert second.df == 1


def test_repeated_constraints_release_nothing_alone(students):
    fit = sem.cfa(CFA, students, constraints="p == q\n2*p == 2*q")
    got = sem.score_test(fit)
    assert np.isnan(got.univariate["stat"]).all()
    assert got.rank == 1
    once = sem.score_test(sem.cfa(CFA, students, constraints="p == q"))
    assert got.stat == pytest.approx(once.stat, rel=1e-6)


def test_identifying_constraints_are_noted(grouped):
    got = sem.score_test(grouped)
    assert got.rank == got.df - 2  # the means of two factors are free because intercepts are equal
    assert "bear on the fit" in got.notes[0]
    assert got.univariate["meaning"].iloc[0] == "visual=~x2 (Pasteur) == visual=~x2 (Grant-White)"


def test_parameters_are_added_in_every_group(grouped):
    got = sem.score_test(grouped, "x1 ~~ x4")
    assert got.df == 2
    assert got.univariate["meaning"].tolist() == ["x1~~x4 (Pasteur) == 0", "x1~~x4 (Grant-White) == 0"]
    one = sem.score_test(grouped, "group: Pasteur\nx1 ~~ x4")
    assert one.stat == pytest.approx(got.univariate["stat"].iloc[0])


@pytest.mark.parametrize(("arguments", "message"), [
    ({"add": "visual =~ x2"}, "is free in the model already"), ({"add": "visual =~ y"}, "y is no variable"),
    ({"add": "visual =~ 0*x5"}, "has a modifier"), ({"add": "x1 ~ 1"}, "no mean structure"),
    ({"add": "p == q"}, "is no parameter"), ({"add": ""}, "nothing to add"), ({}, "no equality constraints"),
    ({"add": "x1 ~~ x4", "release": 1}, "two different questions"),
    ({"add": "x1 ~~ x4", "information": "none"}, "information='none'")])  # fmt: skip
def test_score_refuses(free, arguments, message):
    with pytest.raises(ModelError, match=message):
        sem.score_test(free, **arguments)


@pytest.mark.parametrize("release", [0, 3, [1, 1], []])
def test_score_refuses_numbers(tied, release):
    with pytest.raises(ModelError, match="from 1 to 2"):
        sem.score_test(tied, release=release)
