"""Dynamic cutoffs: the published example, what follows from the model, what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import MlbcError
from tests.reference.kinds.corpus import OWN
from tests.reference.kinds.planning.dynamicfit import cutoffs_of

SIMULATED = 0.008
"""Differences of two simulations of 1,000 samples."""


def test_cutoffs_and_quantiles_agree_with_the_r_package() -> None:
    case = json.loads((OWN / "cases" / "dyn01_onefactor.json").read_text(encoding="utf-8"))
    found = cutoffs_of(case)
    table = found.table.set_index(["level", "rule"])
    for row in case["expected"]["cutoffs"]:
        level, rule = int(row["level"][6]), row["level"].split(": ")[1]
        for name in ("SRMR", "RMSEA", "CFI"):
            ours = table.loc[(level, rule), name.lower()]
            if row[name] is None:
                assert np.isnan(ours), (row, name)
            else:
                assert ours == pytest.approx(row[name], abs=SIMULATED), (row, name)
    quantiles = found.quantiles(case["expected"]["quantile_levels"])
    for name, expected in case["expected"]["quantiles"].items():
        index, level = name.split("_L")
        assert quantiles[f"{index.lower()}_{level}"].to_numpy() == pytest.approx(expected, abs=SIMULATED), (
            name
        )


def one_factor(items: int, n: int = 300):
    names = [f"x{k}" for k in range(items)]
    cov = np.full((items, items), 0.5) + 0.5 * np.eye(items)
    return sem.cfa(
        f"f =~ {' + '.join(names)}", sample_cov={"names": names, "values": cov.tolist()}, sample_nobs=n
    )


def test_levels_follow_the_number_of_items() -> None:
    assert sem.dynamic_cutoffs(one_factor(4), 100, seed=1).pairs == (1, 2)
    assert sem.dynamic_cutoffs(one_factor(12), 100, seed=1).pairs == (2, 4, 6)


def test_the_same_seed_gives_the_same_numbers_whatever_the_workers() -> None:
    fit = one_factor(6)
    one = sem.dynamic_cutoffs(fit, 100, seed=3, workers=1)
    two = sem.dynamic_cutoffs(fit, 100, seed=3, workers=2)
    assert one.table.equals(two.table)


def test_small_samples_have_no_cutoff_rather_than_a_wrong_one() -> None:
    found = sem.dynamic_cutoffs(one_factor(4, n=60), 200, seed=1).table
    assert found.query("level == 1")[["rmsea", "cfi"]].isna().all().all()


def test_what_has_no_dynamic_cutoffs() -> None:
    names = list("abcdef")
    cov = {"names": names, "values": (np.eye(6) + 1).tolist()}
    two = sem.cfa("g =~ a + b + c\nh =~ d + e + f", sample_cov=cov, sample_nobs=200, std_lv=True)
    with pytest.raises(MlbcError, match="one factor"):
        sem.dynamic_cutoffs(two)
    with pytest.raises(MlbcError, match="degrees of freedom"):
        sem.dynamic_cutoffs(one_factor(3))
