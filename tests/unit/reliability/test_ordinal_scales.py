"""Reliability from ordinal models against semTools and psych."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.distinctness import htmt
from mlbc_stats.errors import MlbcWarning
from tests import reference
from tests.reference.adapter import fit_case, translate
from tests.reference.corpus import load_case, read_table

EXPECTED = Path(reference.__file__).parent / "expected"
STORED = json.loads((EXPECTED / "ordinal_omega.json").read_text(encoding="utf-8"))
POLISHED = json.loads((EXPECTED / "ordinal" / "reliability.json").read_text(encoding="utf-8"))["models"]
ITEMS = [f"x{i}" for i in range(1, 10)]
FITTED = 1e-5  # the tight class, which r09 names: polished estimates differ by less than 1e-6
CODES = 1e-6  # semTools takes correlations from an optimizer
STOPPED = 5e-5  # lavaan's own stopping point, not polished, in the numbers made for this page
POLYCHORIC = 2e-5  # psych finds polychoric correlations to about 1e-5
ORDER = {"alpha": "alpha", "alpha_ordinal": "alpha.ord", "omega_model": "omega2", "omega": "omega3"}


def as_frame(matrix: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(matrix["values"], index=matrix["rownames"], columns=matrix["colnames"], dtype=float)


@cache
def fitted(model: str, data: str, options: str = "{}") -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.cfa(model, read_table(data), ordered=ITEMS, **translate(json.loads(options)))


def stored_fit(name: str) -> sem.SemResult:
    case = STORED["models"][name]
    return fitted(case["model"], "data/" + case["data"], json.dumps(dict(case["args"] or {})))


def same(got: Any, want: dict[str, float], limit: float) -> None:
    assert want and set(want) == set(got.index)
    for name, value in want.items():
        assert abs(got[name] - value) <= limit, (name, got[name], value)  # false for NaN


def test_every_field_of_the_stored_ordinal_case() -> None:
    case = load_case("r09_omega_ordinal")
    want = case["expected"]
    got = reliability.summary(fitted(case["input"]["model"], case["input"]["data"]))
    columns = {
        "omega": "omega_compRelSEM_obsvar",
        "omega_model": "omega_compRelSEM_modelvar",
        "alpha": "alpha_compRelSEM",
        "variance_share": "AVE_semTools",
        "cr": "composite_reliability_std",
        "ave": "AVE_std",
        "maximal_h": "maximal_reliability_H",
    }
    for ours, theirs in columns.items():
        same(got.constructs[ours], want[theirs], FITTED)
    table = as_frame(want["semTools_reliability"])
    for ours, theirs in {**ORDER, "ave": "avevar"}.items():
        same(got.constructs[ours], table.loc[theirs].to_dict(), FITTED)
    matrix = as_frame(want["latent_cor"])
    mine = got.correlations.loc[matrix.index, matrix.columns]
    assert np.allclose(mine, matrix, rtol=0, atol=FITTED)
    assert got.constructs["distinct"].to_dict() == want["fornell_larcker_ok"]
    assert (got.constructs["metric_of_omega"] == "scores").all() and len(got.notes) == 2


@pytest.mark.parametrize(("geometric", "stored"), [(False, "htmt_arithmetic"), (True, "htmt2_geometric")])
def test_the_stored_htmt_is_that_of_the_codes(geometric: bool, stored: str) -> None:
    """That case gave semTools::htmt no `ordered`; those of polychoric correlations are tested below."""
    case = load_case("r09_omega_ordinal")
    codes = pd.DataFrame(read_table(case["input"]["data"]))[ITEMS].to_numpy()
    got = htmt(np.corrcoef(codes.T), [[0, 1, 2], [3, 4, 5], [6, 7, 8]], geometric=geometric)
    assert np.allclose(got, as_frame(case["expected"][stored]), rtol=0, atol=CODES)


def test_reliability_stored_with_the_wlsmv_fit() -> None:
    case = load_case("g01_hs_wlsmv")
    want, got = case["expected"]["reliability"], reliability.summary(fit_case(case)).constructs
    table = as_frame(want["semTools_reliability"])
    for ours, theirs in {**ORDER, "ave": "avevar"}.items():
        same(got[ours], table.loc[theirs].to_dict(), FITTED)
    same(got["omega"], want["compRelSEM"], FITTED)
    same(got["alpha"], want["compRelSEM_tau_eq"], FITTED)
    same(got["ave"], want["AVE"], FITTED)


@pytest.mark.parametrize("name", ["binary", "mixed", "second_order"])
def test_two_categories_and_mixed_numbers_of_them(name: str) -> None:
    want, got = STORED["models"][name], reliability.summary(stored_fit(name)).constructs
    same(got["omega"], want["omega_observed"], STOPPED)
    same(got["omega_model"], want["omega_model"], STOPPED)
    same(got["alpha"], want["alpha"], STOPPED)
    same(got["alpha_ordinal"], want["alpha_latent"], STOPPED)
    same(got["cr"], want["omega_latent"], STOPPED)
    same(got["ave"], want["AVE"], STOPPED)
    same(reliability.score_reliability(stored_fit(name))["omega_model"], want["omega_model"], STOPPED)


@pytest.mark.parametrize("name", ["binary", "mixed"])
def test_htmt_of_polychoric_correlations(name: str) -> None:
    want, got = STORED["models"][name], reliability.summary(stored_fit(name))
    for field in ("htmt", "htmt2"):
        matrix = as_frame(want[field])
        mine = getattr(got, field).loc[matrix.index, matrix.columns]
        assert np.allclose(mine, matrix, rtol=0, atol=STOPPED), field


def test_parameterization_does_not_matter() -> None:
    """semTools takes unstandardized loadings for AVE and scales α differently under theta; only ω is compared."""
    want, got = (
        STORED["models"]["mixed_theta"],
        reliability.summary(stored_fit("mixed_theta")).constructs,
    )
    same(got["omega"], want["omega_observed"], STOPPED)
    same(got["omega_model"], want["omega_model"], STOPPED)
    delta = reliability.summary(stored_fit("mixed")).constructs
    numbers = [column for column in delta if column != "metric_of_omega"]
    assert np.allclose(got[numbers].astype(float), delta[numbers].astype(float), rtol=0, atol=STOPPED)
    errors = [reliability.score_reliability(stored_fit(n))["std_error"] for n in ("mixed", "mixed_theta")]
    assert np.allclose(errors[0], errors[1], rtol=1e-4)


def test_groups() -> None:
    want, got = (
        STORED["models"]["mixed_groups"]["omega_model"],
        reliability.summary(stored_fit("mixed_groups")),
    )
    observed = STORED["models"]["mixed_groups"]["omega_observed"]
    for g, label in enumerate(want["group"]):
        for factor in ("visual", "textual", "speed"):
            row = got.constructs.loc[(label, factor)]
            assert abs(row["omega_model"] - want[factor][g]) <= STOPPED
            assert abs(row["omega"] - observed[factor][g]) <= STOPPED


def test_omega_hierarchical_of_ordinal_items() -> None:
    want, fit = STORED["models"]["bifactor"], stored_fit("bifactor")
    got = reliability.summary(fit).constructs
    same(got["omega_model"], want["omega_model"], STOPPED)
    same(got["omega"], want["omega_observed"], STOPPED)
    found = reliability.bifactor_omega(fit, "g")[0]
    assert found.hierarchical == pytest.approx(want["omega_model"]["g"], abs=STOPPED)
    assert found.hierarchical < found.total < 1
    assert found.subscales["speed"] == pytest.approx(want["omega_model"]["speed"], abs=STOPPED)


@pytest.mark.parametrize("name", ["binary", "mixed"])
def test_alpha_of_polychoric_correlations(name: str) -> None:
    want = STORED["polychoric_alpha"][name]
    got = reliability.ordinal_alpha(pd.DataFrame(read_table("data/" + want["data"])), want["items"])
    assert got.alpha == pytest.approx(want["psych_on_lavaan"], abs=STOPPED)
    assert got.alpha == pytest.approx(want["psych"], abs=POLYCHORIC)
    assert got.metric == "continuous responses y*" and "10.1177/0013164417727036" in got.caution


@pytest.mark.parametrize("name", [name for name, model in POLISHED.items() if model["green_yang"]])
def test_omega_by_its_own_formula_in_r(name: str) -> None:
    """Sums over bivariate normal probabilities, written out in R, at lavaan's polished estimates."""
    model = POLISHED[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        fit = sem.fit(model["model"], read_table(model["data"]), kind="cfa", **translate(model["args"]))
    got = reliability.score_reliability(fit)
    for factor, parts in model["green_yang"].items():
        assert got.loc[factor, "omega_model"] == pytest.approx(parts["omega_model"], abs=CODES)
        assert got.loc[factor, "omega"] == pytest.approx(parts["omega_observed"], abs=CODES)
