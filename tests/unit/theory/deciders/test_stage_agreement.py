"""The inventory and the single choice: what they share is found, what only one asks is named."""

import numpy as np
import pytest

from mlbc_stats import survey, theory
from mlbc_stats.errors import DataError
from tests.unit.theory.deciders.made_up import answers

COMPONENTS = ("dp", "ti", "am", "gv", "ac", "os")


def both(shift=0, n=120, noise=0.05, components=COMPONENTS):
    """Organizations whose phases the inventory and the choice tell alike, the choice higher by a shift."""
    phase = np.random.default_rng(3).integers(0, 4, size=n)
    cells = {
        f"{name}{k}": np.where(phase >= k, 0.8, 0.2) + np.zeros(n) for name in components for k in (1, 2, 3)
    }
    choice = np.clip(phase + shift, 0, 3) / 3
    stages = {f"stage_{name}": choice for name in components}
    parts = [answers("ai_scaling_inventory", cells, noise=noise), answers("ai_scaling_staged", stages)]
    return survey.join(parts), phase


def test_two_measures_of_one_phase_agree():
    found = theory.stage_agreement(both()[0]).table
    assert found.index.tolist() == list(COMPONENTS)
    assert (found["exact"] == 1).all() and (found["kappa"] == 1).all()
    assert (found["rank"] > 0.95).all()
    assert (found["rank_lower"] < found["rank"]).all() and (found["rank"] < found["rank_upper"]).all()


def test_a_choice_that_is_one_phase_higher_is_seen_as_such():
    responses, phase = both(shift=1)
    found = theory.stage_agreement(responses).table
    assert found["choice_higher"].to_numpy() == pytest.approx(np.mean(phase < 3))
    assert (found["choice_lower"] == 0).all() and (found["within_one"] == 1).all()
    assert (found["kappa"] < 0.9).all() and (found["rank"] > 0.85).all()


def test_unrelated_measures_have_a_kappa_around_zero():
    covered = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        cells = {f"dp{k}": rng.random(80) for k in (1, 2, 3)}
        parts = [
            answers("ai_scaling_inventory", cells, seed),
            answers("ai_scaling_staged", {"stage_dp": rng.integers(0, 4, 80) / 3}, seed),
        ]
        row = theory.stage_agreement(survey.join(parts)).table.loc["dp"]
        covered.append(
            [row["kappa_lower"] < 0 < row["kappa_upper"], row["rank_lower"] < 0 < row["rank_upper"]]
        )
    assert (np.mean(covered, axis=0) >= 0.85).all()


def test_components_that_only_one_measure_asks_are_named():
    responses, _ = both(components=("dp",))
    found = theory.stage_agreement(responses)
    assert found.table.index.tolist() == ["dp"]
    assert set(found.left_out) == set(COMPONENTS) - {"dp"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "units have both measures"),
        ({"in_place": 1.0}, "in_place must lie"),
        ({"level": 0}, "level must lie"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(given, message):
    responses, _ = both(n=6)
    with pytest.raises(DataError, match=message):
        theory.stage_agreement(responses, **given)
