"""Blindfolding: the same numbers as round by round with `fit`, what cannot be left out, effect sizes."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.errors import ModelError, NotServedError
from tests.unit.composites.samples import BLOCKS, drawn, model

EXACT = 1e-7
"""Weights have converged to 1e-10; squares of 250 cases sum them up."""


def _round_by_round(text: str, name: str, distance: int) -> tuple[float, float]:
    """Q² by redundancy and communality of a construct, one fit a round."""
    data = {key: (x - x.mean()) / x.std() for key, x in drawn().items()}
    items = [f"{name}{k + 1}" for k in range(BLOCKS[name])]
    n = len(data[items[0]])
    cells = [(item, case) for item in items for case in range(n)]
    errors = [0.0, 0.0]
    for begin in range(distance):
        gone = cells[begin::distance]
        filled = {key: x.copy() for key, x in data.items()}
        for item in items:
            cases = [case for other, case in gone if other == item]
            filled[item][cases] = np.delete(data[item], cases).mean()
        fit = composites.fit(text, filled)
        z = fit.scores * np.sqrt(n / (n - 1))
        own = fit.paths[fit.paths.lhs == name].set_index("rhs").est
        ahead, loading = z[own.index] @ own, fit.loadings.set_index("rhs").est
        for k, score in enumerate((ahead, z[name])):
            for item, case in gone:
                fitted = filled[item].mean() + filled[item].std() * loading[item] * score[case]
                errors[k] += (data[item][case] - fitted) ** 2
    return 1 - errors[0] / len(cells), 1 - errors[1] / len(cells)


@pytest.mark.parametrize("distance", [7, 9])
def test_rounds_by_hand_give_the_same(distance):
    table = composites.blindfold(composites.fit(model(), drawn()), distance).table
    expected = _round_by_round(model(), "stay", distance)
    assert table.loc["stay", ["q2", "q2_communality"]].to_numpy() == pytest.approx(expected, abs=EXACT)
    assert np.isnan(table.loc["fame", "q2"]) and table.loc["fame", "q2_communality"] > 0
    assert table.sso.to_numpy() == pytest.approx([750, 750, 750, 500])


def test_effects_compare_with_the_model_without_the_path():
    found = composites.blindfold(composites.fit(model(), drawn()))
    effects = found.effects.set_index(["lhs", "rhs"])
    less, _ = _round_by_round(model().replace("stay ~ fame + trust", "stay ~ trust"), "stay", 7)
    q2 = found.table.q2["stay"]
    row = effects.loc[("stay", "fame")]
    assert row.q2_without == pytest.approx(less, abs=EXACT)
    assert row.q2_effect == pytest.approx((q2 - less) / (1 - q2), abs=EXACT)
    without = model().replace("care <~ care1 + care2 + care3\n", "").replace("fame + care", "fame")
    less, _ = _round_by_round(without, "trust", 7)  # care has no other path, so it leaves the model
    assert effects.loc[("trust", "care"), "q2_without"] == pytest.approx(less, abs=EXACT)


def test_a_lone_predictor_is_compared_with_the_mean():
    fit = composites.fit("stay <~ stay1 + stay2; stay ~ fame1", drawn())
    found = composites.blindfold(fit)
    q2 = found.table.q2["stay"]
    assert found.effects.q2_effect[0] == pytest.approx(q2 / (1 - q2)) and found.effects.q2_without[0] == 0


def test_q2_is_near_what_the_cases_held_out_give_and_near_zero_without_an_effect():
    fit = composites.fit(model(), drawn())
    out = (
        composites.predict(fit, 10, 5, seed=1)
        .table.set_index("indicator")
        .q2_predict[["trust1", "trust2", "trust3"]]
    )
    assert composites.blindfold(fit).table.q2["trust"] == pytest.approx(out.mean(), abs=0.03)
    rng = np.random.default_rng(1)
    noise = {name: rng.normal(size=250) for name in ("a", "b")}
    assert abs(composites.blindfold(composites.fit("b ~ a", noise)).table.q2["b"]) < 0.03


def test_weights_of_cases_count_them():
    data = drawn() | {"w": np.ones(250)}
    weighted = composites.fit(model(), data, sampling_weights="w")
    plain = composites.blindfold(composites.fit(model(), drawn()))
    assert composites.blindfold(weighted).table.to_numpy() == pytest.approx(
        plain.table.to_numpy(), nan_ok=True
    )


def test_whole_cases_are_not_left_out():
    fit = composites.fit(model(), drawn())
    with pytest.raises(ModelError, match=r"divides the 250 cases.*use 6"):
        composites.blindfold(fit, 5)
    with pytest.raises(ModelError, match="expected 2 to 249"):
        composites.blindfold(fit, 1)
    with pytest.raises(NotServedError, match="products"):
        composites.blindfold(composites.fit(model() + "+ fame:trust", drawn()))
