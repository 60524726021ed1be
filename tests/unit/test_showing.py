"""What a console, a notebook and the tab key show of results."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import mlbc_stats as ms
from mlbc_stats.showing import LONGEST, Shown, describe
from tests.reference.corpus import read_table

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def students():
    return read_table("data/HolzingerSwineford1939.csv")


@pytest.fixture(scope="module")
def fit(students):
    return ms.sem.cfa(MODEL, students)


@pytest.fixture(scope="module")
def shown(fit, students):
    responses = ms.survey.simulate(ms.survey.pilot_population(), n=60, seed=1)
    wider = ms.sem.cfa(MODEL + "\nx1 ~~ x2", students)
    return [
        responses,
        responses.instrument,
        ms.survey.pilot_population(),
        ms.survey.screen(responses),
        ms.survey.compose(["marker"]),
        fit,
        fit.bootstrap(20, seed=1),
        fit.compare(wider),
        ms.sem.nesting(fit, wider),
        ms.sem.monte_carlo(fit, 100, 5, seed=1),
        ms.sem.invariance(MODEL, students, group="school", steps=("configural", "metric")),
        ms.theory.load_propositions(),
        ms.report.fit_table(fit),
        fit.plot(show="measurement"),
    ]


def test_reprs_are_short_and_html_is_whole(shown):
    for result in shown:
        text = repr(result)
        assert 0 < len(text) <= LONGEST and "array(" not in text, type(result)
        html = result._repr_html_()
        assert html.count("<table") == html.count("</table>") and "<script" not in html, type(result)


def test_synthetic_answers_are_marked(shown):
    assert "SYNTHETIC" in repr(shown[0]).splitlines()[0] and "SYNTHETIC" in shown[0]._repr_html_()


def test_html_is_escaped():
    class Sly(Shown):
        def _facts(self):
            return {"<b>": "<script>alert(1)</script>"}

    assert "<script>" not in Sly()._repr_html_()


def test_long_facts_and_long_tables_are_cut():
    class Long(Shown):
        table = pd.DataFrame(np.zeros((500, 40)))

        def _facts(self):
            return {f"fact {i}": "x" * 500 for i in range(50)}

    assert len(repr(Long())) <= LONGEST


def test_values_in_a_few_words():
    assert describe(np.zeros((3, 4))) == "3 × 4"
    assert describe(["a", "b"]) == "2 (a, b)"
    assert describe(True) == "True"


def test_shorthands_are_the_functions(fit, students):
    sem = ms.sem
    assert fit.modification_indices().equals(sem.modification_indices(fit))
    assert fit.predict(method="bartlett").equals(sem.factor_scores(fit, "bartlett"))
    assert np.array_equal(fit.residuals("cor")[0].cov, sem.residuals(fit, "cor")[0].cov)
    path = sem.fit("x1 ~ x2\nx2 ~ x3", students)
    assert path.effects().equals(sem.effects(path))
    assert (
        fit.plot(show="measurement").svg == ms.report.path_diagram(fit.standardized, show="measurement").svg
    )


def test_tables_of_a_fit_are_those_of_its_frames(fit):
    report = ms.report
    assert report.fit_table(fit).sheet() == report.fit_table(fit.fit_measures).sheet()
    both = report.parameter_table(fit.parameters, fit.standardized)
    assert report.parameter_table(fit).sheet() == both.sheet()


def test_completion_leaves_the_machinery_out(fit):
    assert {"summary", "predict", "plot", "parameters"} <= set(dir(fit))
    assert not {"solution", "moments", "account", "uncertainty"} & set(dir(fit))
    assert set(dir(ms.sem)) == set(ms.sem.__all__)


def test_parts_of_the_summary(fit):
    short = fit.summary(fit_measures=False, standardized=False, rsquare=True)
    assert "Std.all" not in short and "RMSEA" not in short and "R-square" in short
    assert "Std.all" in fit.summary() and "RMSEA" in fit.summary() and "R-square" not in fit.summary()
