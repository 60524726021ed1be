"""What must not change after a fit: units, row order, order of variables, labels of groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlbc_stats import sem

MODEL = "f =~ a + b + c\ng =~ d + e + h\ng ~ f"
NAMES = ("a", "b", "c", "d", "e", "h")
KEY = ["lhs", "op", "rhs", "group"]
CLOSE = {"rtol": 1e-5, "atol": 1e-6}
"""Both fits stop within about 1e-7 standard errors of the optimum; indices of such fits differ tenfold."""

few = settings(max_examples=6, deadline=None, derandomize=True)
seeds = st.integers(0, 99)


def answers(seed: int, n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    f = rng.normal(size=n)
    g = 0.6 * f + 0.8 * rng.normal(size=n)
    columns = {name: f + rng.normal(size=n) for name in "abc"} | {
        name: g + rng.normal(size=n) for name in "deh"
    }
    return pd.DataFrame(columns)


def with_holes(seed: int) -> pd.DataFrame:
    table = answers(seed)
    return table.mask(np.random.default_rng(seed).random(table.shape) < 0.1)


def indices(table: pd.DataFrame, model: str = MODEL, **arguments: str) -> pd.DataFrame:
    return sem.modification_indices(sem.fit(model, table, **arguments)).set_index(KEY).sort_index()


@few
@given(seed=seeds, scale=st.sampled_from([1e-3, 1e3]), name=st.sampled_from(NAMES))
@pytest.mark.filterwarnings("ignore:.*variances differ.*")
def test_units_leave_indices_residuals_and_verdicts(seed: int, scale: float, name: str) -> None:
    table = answers(seed)
    scaled = table.assign(**{name: scale * table[name]})
    plain, other = indices(table), indices(scaled)
    assert plain.index.equals(other.index)
    np.testing.assert_allclose(other[["mi", "sepc_all"]], plain[["mi", "sepc_all"]], **CLOSE)
    one, two = sem.fit(MODEL, table), sem.fit(MODEL, scaled)
    for kind in ("cor", "normalized", "standardized"):
        np.testing.assert_allclose(
            sem.residuals(two, kind)[0].cov, sem.residuals(one, kind)[0].cov, rtol=1e-4, atol=1e-5
        )
    verdicts = [sem.misspecification_power(fit).set_index(KEY).sort_index() for fit in (one, two)]
    np.testing.assert_allclose(verdicts[1]["power"], verdicts[0]["power"], **CLOSE)


@few
@given(seed=seeds, scale=st.sampled_from([1e-3, 1e3]), method=st.sampled_from(["regression", "bartlett"]))
@pytest.mark.filterwarnings("ignore:.*variances differ.*")
def test_units_of_an_indicator_leave_scores(seed: int, scale: float, method: str) -> None:
    table = with_holes(seed)
    scaled = table.assign(b=scale * table["b"])  # b is no marker, so the factor keeps its scale
    one, two = (sem.factor_scores(sem.fit(MODEL, data, missing="ml"), method) for data in (table, scaled))
    np.testing.assert_allclose(two, one, rtol=1e-4, atol=1e-5)


@few
@given(seed=seeds, order=st.permutations(("d", "e", "h")))
def test_order_of_indicators_leaves_indices(seed: int, order: list[str]) -> None:
    table = answers(seed)
    other = f"f =~ a + b + c\ng =~ {' + '.join(order)}\ng ~ f"
    plain, moved = (sem.modification_indices(sem.fit(m, table, std_lv=True)) for m in (MODEL, other))
    sizes = [
        {(frozenset((r.lhs, r.rhs)), r.op): r.mi for r in frame.itertuples() if r.op != "~"}
        for frame in (plain, moved)
    ]
    assert sizes[0].keys() == sizes[1].keys()
    for key, value in sizes[0].items():
        assert sizes[1][key] == pytest.approx(value, rel=1e-5, abs=1e-6)


@few
@given(seed=seeds)
def test_row_order_leaves_every_row_its_score(seed: int) -> None:
    table = with_holes(seed)
    shuffled = table.sample(frac=1, random_state=np.random.RandomState(seed))
    plain, moved = (sem.factor_scores(sem.fit(MODEL, data, missing="ml")) for data in (table, shuffled))
    np.testing.assert_allclose(moved, plain.loc[moved.index], **CLOSE)


@few
@given(seed=seeds)
def test_labels_of_groups_leave_indices(seed: int) -> None:
    table = answers(seed)
    site = np.where(np.arange(len(table)) % 3 == 0, "north", "south")
    arguments = {"group": "site", "group_equal": "loadings"}
    plain = indices(table.assign(site=site), **arguments)
    named = indices(table.assign(site=np.where(site == "north", 7, 3)), **arguments)
    np.testing.assert_allclose(named, plain, **CLOSE)
