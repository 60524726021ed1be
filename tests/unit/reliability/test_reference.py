"""Reliability against psych and semTools, and α against a second Python package."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.reliability.item_analysis import item_statistics
from tests.reference.adapter import fit_case
from tests.reference.corpus import load_case, read_table

CLOSED_FORM = 1e-10  # the same arithmetic on the same data
FITTED = 1e-5  # semTools reads lavaan's estimates, which stop at a gradient of about 1e-6


@cache
def expected(case_id: str) -> dict[str, Any]:
    return load_case(case_id)["expected"]


@cache
def fitted(case_id: str) -> sem.SemResult:
    case = load_case(case_id)["input"]
    options = {name.replace(".", "_"): value for name, value in dict(case.get("args") or {}).items()}
    return sem.cfa(case["model"], read_table(case["data"]), **options)


def visual() -> pd.DataFrame:
    case = load_case("r04_alpha_hs_visual")["input"]
    return pd.DataFrame(read_table(case["data"]))[case["items"]]


def as_frame(matrix: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(matrix["values"], index=matrix["rownames"], columns=matrix["colnames"], dtype=float)


@pytest.mark.parametrize("missing", ["listwise", "pairwise"])
def test_alpha(missing: str) -> None:
    want, got = expected("r04_alpha_hs_visual"), reliability.alpha(visual(), missing=missing)
    pairs = {
        "raw_alpha": got.alpha,
        "std_alpha": got.standardized,
        "average_r": got.average_r,
        "ase": got.std_error,
    }
    for name, value in pairs.items():
        assert value == pytest.approx(want["pairwise"][name], rel=CLOSED_FORM), name
    feldt = want["listwise"]["feldt95"]
    assert (got.ci_lower, got.ci_upper) == pytest.approx((feldt["lower"], feldt["upper"]), rel=CLOSED_FORM)
    dropped = [row["raw_alpha"] for row in want["pairwise"]["alpha_drop"]]
    assert got.dropped == pytest.approx(dropped, rel=CLOSED_FORM)
    assert got.n == want["listwise"]["n"]


def test_guttman_bounds() -> None:
    want, got = expected("r04_alpha_hs_visual")["listwise"], reliability.guttman_bounds(visual())
    assert got.lambda1 == pytest.approx(want["lambda1"], rel=CLOSED_FORM)
    assert got.lambda2 == pytest.approx(want["lambda2"], rel=CLOSED_FORM)
    assert got.lambda3 == pytest.approx(want["raw_alpha"], rel=CLOSED_FORM)
    assert got.lambda4 == pytest.approx(want["lambda4_max_split"], rel=CLOSED_FORM)
    assert got.lambda6 == pytest.approx(want["lambda6"], rel=CLOSED_FORM)


def test_item_statistics() -> None:
    table = item_statistics(visual())
    names = {"raw.r": "raw_r", "std.r": "std_r", "r.cor": "corrected_r", "r.drop": "rest_r", "mean": "mean",
             "sd": "sd", "n": "n"}  # fmt: skip
    for row in expected("r04_alpha_hs_visual")["pairwise"]["item_stats"]:
        for theirs, ours in names.items():
            assert table.loc[row["item"], ours] == pytest.approx(row[theirs], rel=CLOSED_FORM), theirs


def test_constructs_of_a_cfa() -> None:
    want, got = expected("r06_omega_hs"), reliability.summary(fitted("r06_omega_hs"))
    columns = {
        "alpha": "alpha_compRelSEM",
        "omega": "omega_compRelSEM_obsvar",
        "omega_model": "omega_compRelSEM_modelvar",
        "variance_share": "AVE_semTools",
        "cr": "composite_reliability_std",
        "ave": "AVE_std",
        "maximal_h": "maximal_reliability_H",
    }
    for ours, theirs in columns.items():
        assert got.constructs[ours].to_dict() == pytest.approx(want[theirs], abs=FITTED), ours
    assert got.constructs["distinct"].to_dict() == want["fornell_larcker_ok"]


@pytest.mark.parametrize(
    ("field", "stored"),
    [("htmt", "htmt_arithmetic"), ("htmt2", "htmt2_geometric"), ("correlations", "latent_cor")],
)
def test_discriminant_validity(field: str, stored: str) -> None:
    want = as_frame(expected("r06_omega_hs")[stored])
    got = getattr(reliability.summary(fitted("r06_omega_hs")), field)
    assert np.allclose(got.loc[want.index, want.columns], want, rtol=0, atol=FITTED)


def test_fornell_larcker_joins_ave_and_correlations() -> None:
    got = reliability.summary(fitted("r06_omega_hs"))
    diagonal = np.diagonal(got.fornell_larcker.to_numpy())
    assert np.allclose(diagonal**2, got.constructs["ave"])
    off = ~np.eye(3, dtype=bool)
    assert np.array_equal(got.fornell_larcker.to_numpy()[off], got.correlations.to_numpy()[off])


@pytest.mark.parametrize("case_id", ["a01_hs3_ml", "b01_pd_ml", "h05_bifactor"])
def test_reliability_of_fitted_models(case_id: str) -> None:
    """Correlated errors, structural paths and cross-loading general factors included."""
    want = expected(case_id)["reliability"]
    got = reliability.summary(fit_case(load_case(case_id))).constructs
    table = as_frame(want["semTools_reliability"])
    for ours, theirs in {"alpha": "alpha", "omega": "omega3", "omega_model": "omega2"}.items():
        assert got[ours].to_dict() == pytest.approx(table.loc[theirs].to_dict(), abs=FITTED), ours
    assert got["omega"].to_dict() == pytest.approx(want["compRelSEM"], abs=FITTED)
    shares = {name: value for name, value in want["AVE"].items() if value is not None}
    assert {name: got["variance_share"][name] for name in shares} == pytest.approx(shares, abs=FITTED)


def test_second_order() -> None:
    case, want = load_case("r11_omega_secondorder"), expected("r11_omega_secondorder")
    got = reliability.second_order_omega(fitted(case["id"]), case["input"]["second_order"])[0]
    assert got.level1 == pytest.approx(want["omegaL1"], abs=FITTED)
    assert got.level2 == pytest.approx(want["omegaL2"], abs=FITTED)
    assert got.partial_level1 == pytest.approx(want["partialOmegaL1"], abs=FITTED)


def test_bifactor() -> None:
    want, got = (
        expected("r12_omega_hierarchical"),
        reliability.bifactor_omega(fitted("r12_omega_hierarchical"), "G")[0],
    )
    assert got.total == pytest.approx(want["omega_total"], abs=FITTED)
    assert got.hierarchical == pytest.approx(want["omega_h"], abs=FITTED)
    assert (got.ecv, got.puc) == pytest.approx((want["ECV"], want["PUC"]), abs=FITTED)
    assert got.subscales["s1"] == pytest.approx(want["omega_hs"]["s1"], abs=FITTED)


@pytest.mark.parametrize("level", [0.90, 0.95, 0.99])
@pytest.mark.slow
def test_alpha_and_its_interval_agree_with_pingouin(level: float) -> None:
    import pingouin

    theirs, interval = pingouin.cronbach_alpha(visual(), ci=level)
    got = reliability.alpha(visual(), level=level)
    assert got.alpha == pytest.approx(theirs, rel=CLOSED_FORM)
    # pingouin prints its interval to three decimals
    assert (got.ci_lower, got.ci_upper) == pytest.approx(tuple(interval), abs=6e-4)


def test_omega_of_items_equals_that_of_the_one_factor_model() -> None:
    data = visual()
    got = reliability.omega(data)
    row = reliability.summary(sem.cfa("f =~ x1 + x2 + x3", data)).constructs.loc["f"]
    assert got.omega == pytest.approx(row["omega_model"], abs=1e-8)
    assert got.omega_observed == pytest.approx(row["omega"], abs=1e-8)
    assert got.composite_reliability == pytest.approx(row["cr"], abs=1e-8)
    assert got.ci_lower < got.omega < got.ci_upper
