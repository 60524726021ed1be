"""Product indicators: pairing, centring, missing values, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataError, ModelError

RNG = np.random.default_rng(2)
TABLE = pd.DataFrame(RNG.normal(3, 1, (50, 4)), columns=["x1", "x2", "z1", "z2"])
X, Z = ["x1", "x2"], ["z1", "z2"]


def test_data_are_kept_and_extended() -> None:
    before = TABLE.copy()
    got = sem.product_indicators(TABLE, X, Z, centering="none")
    assert got.columns.tolist() == ["x1", "x2", "z1", "z2", "x1.z1", "x2.z2"]
    pd.testing.assert_frame_equal(got[["x1", "x2", "z1", "z2"]], before)
    pd.testing.assert_frame_equal(TABLE, before)
    np.testing.assert_allclose(got["x2.z2"], TABLE["x2"] * TABLE["z2"])


def test_centring() -> None:
    centred, twice = (
        sem.product_indicators(TABLE, X, Z, centering=c)["x1.z1"] for c in ("mean", "double_mean")
    )
    by_hand = (TABLE["x1"] - TABLE["x1"].mean()) * (TABLE["z1"] - TABLE["z1"].mean())
    np.testing.assert_allclose(centred, by_hand)
    np.testing.assert_allclose(twice, by_hand - by_hand.mean())
    rest = sem.product_indicators(TABLE, X, Z, match=False, centering="residual").iloc[:, 4:]
    np.testing.assert_allclose(TABLE.to_numpy().T @ rest.to_numpy(), 0, atol=1e-9)
    np.testing.assert_allclose(rest.mean(), 0, atol=1e-12)


def test_a_square_is_not_repeated() -> None:
    got = sem.product_indicators(TABLE, X, X, match=False)
    assert got.columns.tolist()[4:] == ["x1.x1", "x1.x2", "x2.x2"]


def test_missing_values_stay_missing() -> None:
    holed = TABLE.copy()
    holed.loc[3, "x1"] = np.nan
    got = sem.product_indicators(holed, X, Z, names=["one", "two"])
    assert got["one"].isna().tolist() == holed["x1"].isna().tolist()
    assert got["two"].notna().all()
    assert abs(got["one"].mean()) < 1e-12
    rest = sem.product_indicators(holed, X, Z, centering="residual")
    assert rest["x2.z2"].isna().sum() == 1


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"centering": "median"}, ModelError, "double_mean, mean, residual, none"),
        ({"second": ["z1"]}, ModelError, "2 indicators cannot be matched with 1"),
        ({"first": "x1"}, ModelError, "as lists"),
        ({"names": ["a"]}, ModelError, "2 products need 2 different names"),
        ({"names": ["x1", "b"]}, DataError, "already have a column 'x1'"),
        ({"first": ["x1", "nope"]}, DataError, "nope"),
    ],
)
def test_refusals(change: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        sem.product_indicators(**({"data": TABLE, "first": X, "second": Z} | change))


def test_empty_and_short_columns_are_named() -> None:
    with pytest.raises(DataError, match="no row has a value of x1"):
        sem.product_indicators(TABLE.assign(x1=np.nan), X, Z)
    apart = TABLE.assign(x1=np.where(np.arange(50) < 25, TABLE["x1"], np.nan))
    apart["z1"] = np.where(np.arange(50) < 25, np.nan, TABLE["z1"])
    with pytest.raises(DataError, match="x1 and z1 together"):
        sem.product_indicators(apart, X, Z)
    with pytest.raises(DataError, match="4 complete rows are too few"):
        sem.product_indicators(TABLE.iloc[:4], X, Z, centering="residual")
