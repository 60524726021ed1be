"""Figures of judgements say in words what they draw, and refuse what they cannot."""

from types import SimpleNamespace as Box

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import composites, irt
from mlbc_stats.errors import DataError
from mlbc_stats.report import importance_map, information_plot, invariance_plot


def ladder(**changed):
    return pd.DataFrame(
        {
            "step": ["configural", "metric", "scalar"],
            "delta_cfi": [np.nan, -0.002, -0.03],
            "delta_rmsea": [np.nan, 0.003, 0.09],
            "holds": ["", "yes", "no"],
        }
        | changed
    )


def test_every_step_is_told_and_drawn():
    figure = invariance_plot(
        {"TC": ladder(), "CS": ladder()}, names={"TC": "Temporal complexity"}, synthetic=True
    )
    assert figure.description.startswith("TC: metric holds (ΔCFI −.002, ΔRMSEA .003); scalar no (ΔCFI −.030")
    assert "Temporal complexity" in figure.svg and "SYNTHETIC" in figure.svg


def test_a_ladder_without_second_step_is_refused():
    with pytest.raises(DataError, match="nothing to draw"):
        invariance_plot({"TC": ladder(holds=["", "", ""])})


def test_importance_rests_on_the_result_of_the_composites():
    rng = np.random.default_rng(2)
    cause = rng.normal(size=200)
    scale = lambda score: np.clip(np.round(4 + score + rng.normal(size=200)), 1, 7)  # noqa: E731
    data = {f"x{i}": scale(cause) for i in (1, 2)} | {f"y{i}": scale(0.6 * cause) for i in (1, 2)}
    found = composites.importance(composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data), (1, 7))
    figure = importance_map(found, "g", names={"f": "Practice"}, synthetic=True)
    assert figure.description.startswith("Importance for g and performance: Practice ")
    with pytest.raises(DataError, match="nothing has an effect on 'h'"):
        importance_map(found, "h")


def test_worth_working_on_is_below_on_the_right():
    table = pd.DataFrame(
        {"target": "g", "construct": ["a", "b"], "importance": [0.5, 0.1], "performance": [30.0, 70.0]}
    )
    assert importance_map(Box(table=table), "g").description.endswith("worse than the mean: a.")


def test_information_rests_on_a_fitted_model():
    answers = {"a": [0, 1] * 30, "b": [0, 0, 1, 1, 0, 1] * 10, "c": [0, 0, 1, 0, 1, 1] * 10}
    figure = information_plot(irt.information(irt.fit(answers, "rasch")), synthetic=True)
    assert "marginal reliability" in figure.description and "a: 0.25 at" in figure.description
