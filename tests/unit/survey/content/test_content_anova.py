"""Hinkin & Tracey's analysis of variance against pingouin, statsmodels and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlbc_stats.errors import DataError
from mlbc_stats.survey.content import definition_anova

CLOSE = 1e-9  # other routes to the same sums of squares


def ratings(seed: int, judges: int = 12, definitions: int = 4) -> np.ndarray:
    generator = np.random.default_rng(seed)
    shift = np.array([2, *np.zeros(definitions - 1)])
    return np.clip(np.round(generator.normal(3.5 + shift, 1.3, size=(judges, definitions))), 1, 7)


def long(table: np.ndarray) -> pd.DataFrame:
    judge, definition = np.indices(table.shape)
    return pd.DataFrame({"judge": judge.ravel(), "definition": definition.ravel(), "rating": table.ravel()})


@pytest.mark.parametrize("seed", range(6))
def test_f_and_its_correction_equal_pingouin(seed):
    import pingouin

    table = ratings(seed)
    row = pingouin.rm_anova(
        long(table), "rating", "definition", "judge", correction=True, detailed=False
    ).iloc[0]
    found = definition_anova(table, 0)
    values = {name.replace("-", "_"): value for name, value in row.items()}
    assert found.f == pytest.approx(values["F"], rel=CLOSE)
    assert found.pvalue == pytest.approx(values.get("p_unc", values.get("p_unc")), rel=1e-7)
    assert found.epsilon == pytest.approx(values["eps"], rel=CLOSE)
    assert found.pvalue_corrected == pytest.approx(values.get("p_GG_corr", values.get("p_gg_corr")), rel=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_f_equals_statsmodels(seed):
    from statsmodels.stats.anova import AnovaRM

    table = ratings(seed, judges=8, definitions=3)
    row = AnovaRM(long(table), "rating", "judge", within=["definition"]).fit().anova_table.iloc[0]
    found = definition_anova(table, 1)
    assert (found.f, found.pvalue) == pytest.approx((row["F Value"], row["Pr > F"]), rel=CLOSE)
    assert (found.df_between, found.df_within) == (row["Num DF"], row["Den DF"])


@pytest.mark.parametrize("seed", range(6))
def test_planned_comparisons_equal_paired_tests_adjusted_by_holm(seed):
    from statsmodels.stats.multitest import multipletests

    table = ratings(seed)
    found = definition_anova(table, own=2)
    tests = [stats.ttest_rel(table[:, 2], table[:, k], alternative="greater") for k in (0, 1, 3)]
    assert found.others.tolist() == [0, 1, 3]
    assert found.t == pytest.approx([test.statistic for test in tests], rel=CLOSE)
    assert found.contrast_pvalues == pytest.approx([test.pvalue for test in tests], rel=CLOSE)
    assert found.holm == pytest.approx(multipletests(found.contrast_pvalues, method="holm")[1], rel=CLOSE)


def test_two_definitions_are_a_paired_test():
    table = ratings(1, definitions=2)
    found = definition_anova(table, 0)
    assert found.f == pytest.approx(found.t[0] ** 2, rel=CLOSE)
    assert found.epsilon == pytest.approx(1.0)


def test_no_spread():
    certain = definition_anova([[7, 1, 1]] * 4, 0)
    assert np.isinf(certain.f) and certain.pvalue == 0 and (certain.holm == 0).all()
    same = definition_anova([[4, 4]] * 3, 0)
    assert np.isnan(same.f) and np.isnan(same.holm).all()


def test_judges_with_a_gap_are_left_out_and_counted():
    table = ratings(3)
    gaps = table.copy()
    gaps[[1, 4], [0, 2]] = np.nan
    found, complete = definition_anova(gaps, 0), definition_anova(np.delete(table, [1, 4], axis=0), 0)
    assert (found.judges, found.f) == (10, complete.f)


@pytest.mark.parametrize("table", [[[1, 2]], [[np.nan, 1], [2, 3]], [[1], [2]], [1, 2]])
def test_too_little_to_compare(table):
    with pytest.raises(DataError):
        definition_anova(table, 0)
