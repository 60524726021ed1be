"""A fixed list of models on which semopy must agree, and what happens where it cannot be asked."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.peer.problem import semopy_problem
from mlbc_stats.sem.peer.second_opinion import second_opinions
from tests.reference.adapter import fit_case
from tests.reference.corpus import load_case, read_table

pytestmark = pytest.mark.slow

# semopy's trust-constr stops at a gradient of 1e-7, which moves no parameter of these models by more than 1e-5.
AGREEMENT = 1e-4

CASES = [
    "a01_hs3_ml",
    "a02_hs3_ml_stdlv",
    "a06_hs3_ml_wishart",
    "a10_hs3_mlr",
    "a18_hs3_tau",
    "a20_hs3_residcor",
    "a21_hs_secondorder",
    "a23_hs_mimic",
    "a24_hs_mimic_fixedxF",
    "a26_single_indicator",
    "a28_saturated",
    "a29_independence",
    "a35_covpath_published",
    "b01_pd_ml",
    "b02_pd_ml_mean",
    "b03_pd_eqload",
    "c08_nonrecursive",
    "f04_clpm",
]
LABELLED = "f =~ a*x1 + b*x2 + c*x3\ng =~ d*x4 + e*x5 + d*x6"
NAMES = "fäc.tor =~ x_1 + x.2 + START + p3\nfäc.tor ~ v0"
HAND_WRITTEN = ("every loading labelled", "awkward names", "negative variance")


@pytest.fixture(scope="module")
def fits():
    students = read_table("data/HolzingerSwineford1939.csv")
    columns = {"x_1": "x1", "x.2": "x2", "START": "x3", "p3": "x9", "v0": "sex"}
    renamed = {name: students[column] for name, column in columns.items()}
    by_hand = {
        "every loading labelled": sem.cfa(LABELLED, students, std_lv=True),
        "awkward names": sem.fit(NAMES, renamed),
        "negative variance": fit_case(load_case("i01_heywood")),
    }
    return {name: fit_case(load_case(name)) for name in CASES} | by_hand


@pytest.fixture(scope="module")
def wrong(fits):
    """A fit whose first parameter is off by two limits."""
    fit = fits["a29_independence"]
    theta = fit.theta + np.eye(len(fit.theta))[0] * 2 * AGREEMENT * fit.std_errors[0]
    return replace(fit, solution=replace(fit.solution, theta=theta))


@pytest.fixture(scope="module")
def opinions(fits, wrong):
    """All models in one process, because importing semopy takes longer than fitting them."""
    results = {**fits, "wrong": wrong}
    return dict(zip(results, second_opinions(tuple(results.values())), strict=True))


@pytest.mark.parametrize("name", [*CASES, *HAND_WRITTEN])
def test_semopy_agrees(opinions, name):
    opinion = opinions[name]
    assert opinion.comparable, opinion.reason
    assert opinion.estimates < AGREEMENT
    assert opinion.errors < AGREEMENT
    assert abs(opinion.objective) < AGREEMENT
    assert opinion.agrees(AGREEMENT)


def test_every_estimated_row_is_compared(fits, opinions):
    for name, fit in fits.items():
        free = [row for row in fit.table.parameters if row.free and row.op != "~1"]
        assert len(opinions[name].table) == len(free), name


def test_other_errors_are_said_to_be_others(opinions):
    assert "the fit reports others" in opinions["a10_hs3_mlr"].reason
    assert opinions["a01_hs3_ml"].reason == ""


def test_versions_are_kept(opinions):
    assert opinions["a01_hs3_ml"].versions["semopy"].startswith("2.")


def test_wrong_numbers_do_not_agree(opinions):
    assert opinions["wrong"].comparable
    assert not opinions["wrong"].agrees(AGREEMENT)


def test_description_leaves_semopy_nothing_to_decide(fits):
    for name, fit in fits.items():
        problem = semopy_problem(fit.table, fit.solution)
        lines = problem.content["description"].splitlines()
        effects = [line for line in lines if not line.startswith("DEFINE")]
        assert all("*" in line for line in effects), name
        variables = len(fit.table.observed) + len(fit.table.latent)
        variances = [line for line in effects if line.split()[0] == line.split("*")[-1] and "~~" in line]
        assert len(variances) == variables, name
        assert set(problem.content["starts"]) == set(problem.parameter_names.values())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a05_hs3_ml_effectcoding", "equality constraints other than equal labels"),
        ("a13_hs3_gls", "GLS"),
        ("a31_ineq_inactive", "inequality"),
        ("d01_hs_fiml", "missing values"),
        ("e01_hs_ml_configural", "2 groups"),
        ("f06_growth", "mean structure is restricted"),
        ("i02_unidentified_2ind", "do not determine"),
    ],
)
def test_says_why_it_cannot_compare(name, reason):
    opinion = sem.second_opinion(fit_case(load_case(name)))
    assert not opinion.comparable
    assert reason in opinion.reason
    assert np.isnan(opinion.estimates)
    assert not opinion.agrees()


def test_no_solution_is_not_compared():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sem.cfa(LABELLED, read_table("data/HolzingerSwineford1939.csv"), std_lv=True, max_iter=1)
    assert "did not converge" in sem.second_opinion(fit).reason


def test_a_process_that_hangs_is_given_up(fits):
    opinion = sem.second_opinion(fits["b01_pd_ml"], timeout=0.05)
    assert not opinion.comparable
    assert "no answer within 0.05 seconds" in opinion.reason
