"""What is said of rows that cannot be used."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataWarning


@pytest.mark.parametrize(
    ("missing", "said"), [("listwise", "2 of 100 .*listwise"), ("fiml", "1 of 100 .*hold no value")]
)
def test_the_reason_is_the_method_s_own(missing: str, said: str) -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(100, 1)) + rng.normal(size=(100, 3))
    x[0] = np.nan
    x[1, 2] = np.nan
    with pytest.warns(DataWarning, match=said) as caught:
        fit = sem.cfa("f =~ a + b + c", dict(zip("abc", x.T, strict=True)), missing=missing)
    assert missing == "listwise" or not any("listwise" in str(w.message) for w in caught)
    assert fit.nobs == (98 if missing == "listwise" else 99)
