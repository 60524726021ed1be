"""Decisions about averaging over informants, and differences between groups of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability
from mlbc_stats.errors import DataError

SCALES = {"mood": ["a", "b", "c"]}


def answers(
    between: float, within: float, groups: int = 60, size: int = 4, seed: int = 1
) -> tuple[pd.DataFrame, list]:
    """Answers on 1 to 7 with these standard deviations of groups and of members."""
    rng = np.random.default_rng(seed)
    centre = 4 + between * rng.normal(size=(groups, 1)).repeat(size, axis=0)
    person = within * rng.normal(size=(groups * size, 1))
    values = np.clip(np.round(centre + person + 0.3 * rng.normal(size=(groups * size, 3))), 1, 7)
    return pd.DataFrame(values, columns=list("abc")), np.repeat(np.arange(groups), size).tolist()


@pytest.mark.parametrize(
    ("between", "within", "decision"),
    [
        (1.0, 0.4, "aggregate"),
        (0.0, 0.4, "aggregate with caution"),  # all groups alike: nothing that an average could tell apart
        (0.3, 2.5, "do not aggregate"),
    ],
)
def test_decisions(between: float, within: float, decision: str) -> None:
    data, group = answers(between, within)
    found = reliability.aggregation_decision(data, group, SCALES, (1, 7))
    assert found.table.loc["mood", "decision"] == decision
    assert len(found.reasons["mood"]) == 5
    assert all(reason.startswith(("for: ", "against: ")) for reason in found.reasons["mood"])


def test_numbers_are_those_of_the_functions_they_come_from() -> None:
    data, group = answers(1.0, 0.8)
    row = reliability.aggregation_decision(data, group, SCALES, {"mood": (1, 7)}).table.loc["mood"]
    agreement = reliability.group_agreement(data, group, (1, 7)).table
    icc = reliability.clustering({"score": data.mean(axis=1)}, group).loc["score"]
    assert row["rwg_j"] == pytest.approx(agreement["rwg_j"].median())
    assert row["strong"] == pytest.approx((agreement["rwg_j"] >= 0.7).mean())
    assert row["ad_limit"] == pytest.approx(7 / 6)
    for name in ("icc1", "icc2", "F", "pvalue", "design_effect"):
        assert row[name] == pytest.approx(icc[name])


def test_groups_of_one_do_not_count_and_two_groups_are_needed() -> None:
    data, group = answers(1.0, 0.5, groups=10)
    alone = pd.concat([data, data.head(3)], ignore_index=True)
    more = [*group, "x", "y", None]
    one = reliability.aggregation_decision(data, group, SCALES, (1, 7)).table
    pd.testing.assert_frame_equal(one, reliability.aggregation_decision(alone, more, SCALES, (1, 7)).table)
    none = reliability.aggregation_decision(data.head(4), list("wxyz"), SCALES, (1, 7))
    assert none.table.loc["mood", "decision"] == "cannot be judged"
    assert none.reasons["mood"] == ("0 groups with two members or more",)


def test_what_aggregation_refuses() -> None:
    data, group = answers(1.0, 0.5, groups=10)
    with pytest.raises(DataError, match="no construct to decide about"):
        reliability.aggregation_decision(data, group, {}, (1, 7))
    with pytest.raises(DataError, match="'mood': no options given"):
        reliability.aggregation_decision(data, group, SCALES, {"other": (1, 7)})
    with pytest.raises(DataError, match="outside the options"):
        reliability.aggregation_decision(data, group, SCALES, (1, 2))


def two_groups(gap: float, n: int = 80, seed: int = 2) -> tuple[pd.DataFrame, list, list]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n)
    first, second = truth + 0.5 * rng.normal(size=n) + gap, truth + 0.5 * rng.normal(size=n)
    frame = pd.DataFrame(
        {"pace": np.concatenate([first, second]), "own": np.concatenate([first, np.full(n, np.nan)])}
    )
    return frame, [*range(n), *range(n)], ["management"] * n + ["technical"] * n


def test_paired_differences_are_a_paired_t_test() -> None:
    from scipy.stats import ttest_rel

    frame, unit, informant = two_groups(0.4)
    (row,) = reliability.informant_differences(frame, unit, informant).to_dict("records")
    one, other = frame["pace"][:80].to_numpy(), frame["pace"][80:].to_numpy()
    known = ttest_rel(one, other)
    interval = known.confidence_interval(0.95)
    assert (row["construct"], row["one"], row["other"], row["n"]) == ("pace", "management", "technical", 80)
    np.testing.assert_allclose([row["t"], row["pvalue"]], [known.statistic, known.pvalue], rtol=1e-10)
    np.testing.assert_allclose([row["lower"], row["upper"]], [interval.low, interval.high], rtol=1e-10)
    assert row["pvalue"] < 0.01 and row["equivalence_pvalue"] > 0.05 and 0.6 < row["r"] < 0.95


def test_equal_groups_are_equivalent_and_informants_of_a_group_are_averaged() -> None:
    frame, unit, informant = two_groups(0.0, n=400)
    row = reliability.informant_differences(frame, unit, informant).iloc[0]
    assert row["equivalence_pvalue"] < 0.01 < row["pvalue"]
    twice = reliability.informant_differences(pd.concat([frame, frame]), unit * 2, informant * 2).iloc[0]
    assert twice["difference"] == pytest.approx(row["difference"]) and twice["n"] == 400


def test_the_level_of_the_paired_test_is_kept() -> None:
    pvalues = [
        reliability.informant_differences(*two_groups(0.0, n=20, seed=seed)).iloc[0]["pvalue"]
        for seed in range(300)
    ]
    assert abs(np.mean(np.array(pvalues) < 0.05) - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 300)


def test_what_informant_differences_refuse() -> None:
    frame, unit, informant = two_groups(0.0)
    with pytest.raises(DataError, match="one group of informants"):
        reliability.informant_differences(frame, unit, ["management"] * 160)
    with pytest.raises(DataError, match="about three units or more"):
        reliability.informant_differences(frame[["own"]], unit, informant)
    with pytest.raises(DataError, match="give one a row"):
        reliability.informant_differences(frame, unit[:10], informant)
    same = pd.DataFrame({"x": [1.0, 1, 2, 2, 3, 3]})
    row = reliability.informant_differences(same, list("aabbcc"), ["m", "t"] * 3).iloc[0]
    assert row["difference"] == 0 and np.isnan(row["t"]) and np.isnan(row["pvalue_adjusted"])
