"""What reliability says about scales that it cannot judge, and how it treats missing answers and groups."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, DataWarning, MlbcWarning
from tests.reference.corpus import read_table

HS = "data/HolzingerSwineford1939.csv"


def items(n: int = 50, k: int = 4, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1)) + rng.normal(size=(n, k))


def named(values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(values, columns=[f"x{k + 1}" for k in range(values.shape[1])])


def test_a_plain_array_has_no_names_and_is_told_how_to_get_some() -> None:
    with pytest.raises(DataError, match=r"plain array \(50 × 4\) has no names.*columns="):
        reliability.alpha(items())


def test_one_item() -> None:
    with pytest.raises(DataError, match="two items"):
        reliability.alpha(named(items(k=1)))


def test_a_constant_item_is_named() -> None:
    with pytest.raises(DataError, match=r"constant.*b"):
        reliability.alpha({"a": [1, 2, 3, 4], "b": [2, 2, 2, 2]})


def test_too_few_complete_answers() -> None:
    with pytest.raises(DataError, match=r"too few answers to a \(2\)"):
        reliability.alpha({"a": [1, np.nan, 3, np.nan], "b": [np.nan, 2, 3, 4]})
    with pytest.raises(DataError, match="too few complete answers"):
        reliability.alpha({"a": [1, np.nan, 3, 4], "b": [np.nan, 2, 3, 4]})


def test_unknown_missing_rule_and_level() -> None:
    with pytest.raises(DataError, match="listwise, pairwise"):
        reliability.alpha(named(items()), missing="mean")
    with pytest.raises(DataError, match=r"0\.95"):
        reliability.alpha(named(items()), level=95)
    with pytest.raises(DataError, match=r"0\.95"):
        reliability.omega(named(items()), level=95)


def test_an_item_worded_the_other_way_is_named() -> None:
    data = items()
    data[:, 2] *= -1
    with pytest.warns(DataWarning, match="x3"):
        result = reliability.alpha(named(data))
    assert result.negative_items == ("x3",)


def test_pairwise_keeps_more_answers_than_listwise() -> None:
    data = items(n=200)
    data[:40, 0] = np.nan
    data[40:80, 1] = np.nan
    listwise, pairwise = reliability.alpha(named(data)), reliability.alpha(named(data), missing="pairwise")
    assert (listwise.n, pairwise.n) == (120, 120)  # the two gaps do not overlap, so one pair has 120 answers
    assert listwise.alpha != pairwise.alpha
    complete = reliability.alpha(named(data[80:]))
    assert listwise.alpha == pytest.approx(complete.alpha, rel=1e-12)


def test_pairwise_covariances_are_those_of_every_pair() -> None:
    from mlbc_stats.reliability.items import read_items

    data = items(n=60)
    data[::7, 0] = data[::5, 2] = np.nan
    cov = read_items(named(data), missing="pairwise").cov
    both = np.isfinite(data[:, 0]) & np.isfinite(data[:, 2])
    assert cov[0, 2] == pytest.approx(np.cov(data[both][:, [0, 2]].T)[0, 1], rel=1e-12)


def test_two_items_share_their_loading() -> None:
    result = reliability.omega(named(items(k=2)))
    assert result.loadings[0] == pytest.approx(result.loadings[1])


def test_collinear_items() -> None:
    data = items(k=3)
    with pytest.raises(DataError, match="collinear"):
        reliability.guttman_bounds(named(np.c_[data, data.sum(axis=1)]))


def test_a_model_without_latent_variables() -> None:
    data = read_table(HS)
    with pytest.raises(DataError, match="no latent variable"):
        reliability.summary(sem.fit("x1 ~ x2 + x3", data))


def test_unknown_general_factor() -> None:
    fit = sem.cfa("f =~ x1 + x2 + x3", read_table(HS))
    with pytest.raises(DataError, match="'g' is not a second-order factor"):
        reliability.second_order_omega(fit, "g")
    with pytest.raises(DataError, match="it has f"):
        reliability.bifactor_omega(fit, "g")


def test_groups_stand_one_below_the_other() -> None:
    fit = sem.cfa("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", read_table(HS), group="school")
    got = reliability.summary(fit)
    assert list(got.constructs.index) == [
        (g, f) for g in ("Pasteur", "Grant-White") for f in ("visual", "textual")
    ]
    one = {name: np.array(column)[np.array(read_table(HS)["school"]) == "Grant-White"] for name, column in
           read_table(HS).items()}  # fmt: skip
    alone = reliability.summary(sem.cfa("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", one))
    assert np.allclose(
        got.constructs.loc["Grant-White"].astype(float), alone.constructs.astype(float), atol=1e-6
    )
    assert np.allclose(got.htmt.loc["Grant-White"], alone.htmt)


def test_a_single_indicator_has_no_internal_consistency() -> None:
    fit = sem.cfa("f =~ x1 + x2 + x3\ng =~ 1*x4\nx4 ~~ 0.3*x4", read_table(HS))
    row = reliability.summary(fit).constructs.loc["g"]
    assert np.isnan(row[["alpha", "omega", "cr"]].astype(float)).all()
    assert 0 < row["ave"] < 1


def test_warnings_of_the_model_of_omega_name_the_callers_items() -> None:
    answers = np.array([[1, 2, 3, 2], [2, 3, 2, 4], [4, 4, 5, 3], [5, 4, 4, 5], [3, 1, 2, 2]], float)
    named = dict(zip(("pace", "trust", "item9", "a b"), answers.T, strict=True))
    with warnings.catch_warnings(record=True) as spoken:
        warnings.simplefilter("always", MlbcWarning)
        with pytest.raises(DataError, match="pace, trust, item9, a b did not converge"):
            reliability.omega(named)
    texts = " ".join(str(one.message) for one in spoken)
    assert "trust (" in texts and "item2" not in texts


def test_item_statistics_of_collinear_items_leave_out_what_needs_an_inverse() -> None:
    answers = items(n=4, k=5)
    statistics = reliability.item_statistics(named(answers))
    assert statistics["corrected_r"].isna().all() and statistics["rest_r"].notna().all()
