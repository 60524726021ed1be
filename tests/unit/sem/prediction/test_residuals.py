"""Residuals beyond the stored numbers: shapes, labels, moments that cannot vary."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError
from tests.reference.corpus import read_table

MODEL = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6"


def test_one_set_a_group_with_means() -> None:
    result = sem.cfa(
        MODEL, read_table("data/HolzingerSwineford1939.csv"), group="school", group_equal="intercepts"
    )
    first, second = sem.residuals(result)
    assert [first.group, second.group] == ["Pasteur", "Grant-White"]
    assert first.mean is not None
    assert first.cov.index.tolist() == first.mean.index.tolist() == list(result.table.observed)
    np.testing.assert_allclose(first.cov, result.moments[0].cov - result.sigma[0])


def test_a_saturated_model_leaves_nothing() -> None:
    result = sem.cfa("f =~ x1 + x2 + x3", read_table("data/HolzingerSwineford1939.csv"))
    for kind in ("raw", "cor", "normalized", "standardized"):
        (only,) = sem.residuals(result, kind)
        assert only.mean is None
        np.testing.assert_allclose(only.cov, 0, atol=1e-6)


def test_standardized_residuals_vary_as_they_say() -> None:
    rng = np.random.default_rng(5)
    draws = []
    for _ in range(200):
        answers = 0.8 * rng.normal(size=(200, 1)) + rng.normal(size=(200, 5))
        result = sem.cfa("f =~ a + b + c + d + e", dict(zip("abcde", answers.T, strict=True)))
        draws.append(sem.residuals(result, "standardized")[0].cov.loc["a", ["b", "e"]].to_numpy())
    spread = np.std(np.array(draws), axis=0)
    assert np.all((spread > 0.83) & (spread < 1.17))  # 200 draws know a spread of 1 to 5 %


def test_unknown_kind_is_refused() -> None:
    result = sem.cfa("f =~ x1 + x2 + x3", read_table("data/HolzingerSwineford1939.csv"))
    with pytest.raises(ModelError, match=r"kind='pearson'.*raw, cor, normalized, standardized"):
        sem.residuals(result, "pearson")
