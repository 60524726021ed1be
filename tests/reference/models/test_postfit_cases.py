"""Modification indices, residuals, factor scores and what follows from them against stored numbers."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.sem import SemResult
from tests.reference.adapter import fit_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import HERE, Case, case_ids, load_case, read_table
from tests.reference.tolerance import CLASSES, SCORES

FIELDS = ("modindices", "residuals", "factor_scores")
STORED = [i for i in case_ids("sem") if any(load_case(i)["expected"].get(field) for field in FIELDS)]
FURTHER = sorted(path.stem for path in (HERE / "expected" / "postfit").glob("*.json"))
# Bartlett scores of factors without indicators of their own: R leaves them at zero.
NO_SCORE = {("a21_hs_secondorder", "Bartlett"): "g"}
# Power inherits the relative limit of standard errors through mi and epc; stored with 11 digits.
POWER = 1e-4


@cache
def fitted(case_id: str) -> SemResult:
    return fit_case(load_case(case_id))


@cache
def further(case_id: str) -> dict[str, Any]:
    return json.loads((HERE / "expected" / "postfit" / f"{case_id}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case_id", STORED)
def test_fields_of_the_case(case_id: str) -> None:
    case = load_case(case_id)
    fields = [field for field in FIELDS if case["expected"].get(field)]
    differences = compare_sem(case, shape_result(fitted(case_id), fields), fields)
    assert not differences, "\n".join(map(str, differences[:20]))


@pytest.mark.parametrize("case_id", [i for i in FURTHER if {"modindices", "residuals"} & set(further(i))])
def test_further_tables(case_id: str) -> None:
    expected = {field: further(case_id)[field] for field in FIELDS[:2] if field in further(case_id)}
    case: Case = {**load_case(case_id), "expected": expected}
    differences = compare_sem(case, shape_result(fitted(case_id), list(expected)), list(expected))
    assert not differences, "\n".join(map(str, differences[:20]))


@pytest.mark.parametrize("method", ["regression", "Bartlett"])
@pytest.mark.parametrize("case_id", [i for i in FURTHER if "factor_scores" in further(i)])
def test_further_scores(case_id: str, method: str) -> None:
    scores = sem.factor_scores(fitted(case_id), method=method)
    tol = CLASSES[load_case(case_id)["tolerance_class"]]
    for group in further(case_id)["factor_scores"][method]:
        names = [n for n in group["head"]["colnames"] if n != NO_SCORE.get((case_id, method))]
        columns = [group["head"]["colnames"].index(n) for n in names]
        expected = np.array(group["head"]["values"], dtype=float)[:, columns]
        got = scores.loc[group["rows"], names].to_numpy()
        np.testing.assert_allclose(got, expected, rtol=0, atol=SCORES * tol.estimate)
    assert len(scores) == sum(group["n"] for group in further(case_id)["factor_scores"][method])


@pytest.mark.parametrize("case_id", [i for i in FURTHER if "latent" in further(i)])
def test_latent_moments(case_id: str) -> None:
    tol, stored = CLASSES[load_case(case_id)["tolerance_class"]], further(case_id)["latent"]
    for group in sem.latent_moments(fitted(case_id)):
        own = {name: part[group.group] if group.group else part for name, part in stored.items()}
        for name in ("cov", "cor"):
            got = getattr(group, name).loc[own[name]["rownames"], own[name]["colnames"]]
            np.testing.assert_allclose(got, np.array(own[name]["values"], float), atol=2 * tol.estimate)
        for name, value in own["mean"].items():
            assert abs(group.mean[name] - value) <= 2 * tol.estimate


@pytest.mark.parametrize("key, centering", [("doubleMC", "double_mean"), ("residualC", "residual")])
def test_product_indicators(key: str, centering: str) -> None:
    case = load_case("h04_indprod_values")
    given, expected = case["input"], case["expected"][key]
    table = sem.product_indicators(
        read_table(given["data"]), given["var1"], given["var2"], match=given["match"], centering=centering
    )
    for name in expected["mean"]:
        head = [row[name] for row in expected["head"]]
        np.testing.assert_allclose(table[name][: len(head)], head, atol=1e-10)
        assert abs(table[name].mean() - expected["mean"][name]) < 1e-12
        assert abs(table[name].std() - expected["sd"][name]) < 1e-10


def test_all_pairs_of_products() -> None:
    stored = read_table("data/interaction400_indprod_allpairs.csv")
    x, z = ["x1", "x2", "x3"], ["z1", "z2", "z3"]
    table = sem.product_indicators({name: stored[name] for name in x + z}, x, z, match=False)
    assert table.columns.tolist() == [*x, *z, *(name for name in stored if "." in name)]
    for name in table.columns[6:]:
        np.testing.assert_allclose(table[name], stored[name], atol=1e-10)


def test_power_against_a_population() -> None:
    case = load_case("w02_satorra_saris")
    given, expected = case["input"], case["expected"]
    got = sem.satorra_saris(given["h0_model"], given["population_model"], given["n"])
    np.testing.assert_allclose(got["ncp"], expected["ncp"], rtol=1e-8)
    np.testing.assert_allclose(got["power"], expected["power"], rtol=1e-8)


JUDGED = json.loads((HERE / "expected" / "misspecification.json").read_text(encoding="utf-8"))
LAVAAN_WORDS = {"**(m)**": "M", "(i)": "I", "(nm)": "NM", "*epc:m*": "EPC:M", "epc:nm": "EPC:NM"}


@pytest.mark.parametrize("case_id", [name for name in JUDGED if name != "engine"])
def test_power_of_a_fixed_delta(case_id: str) -> None:
    got = _by_row(sem.misspecification_power(fitted(case_id), delta=0.1))
    for row in JUDGED[case_id]["lavaan"]:
        own = got[row["lhs"], row["op"], row["rhs"], row["group"]]
        assert own["ncp"] == pytest.approx(row["ncp"], rel=POWER)
        assert own["power"] == pytest.approx(row["power"], rel=POWER)
        assert own["decision"] == LAVAAN_WORDS[row["decision"]]


@pytest.mark.parametrize("case_id", [name for name in JUDGED if name != "engine"])
def test_verdicts_about_standardized_targets(case_id: str) -> None:
    got = _by_row(sem.misspecification_power(fitted(case_id), high_power=0.8))
    for row in JUDGED[case_id]["semTools"]:
        own = got[row["lhs"], row["op"], row["rhs"], row["group"]]
        assert own["target"] == pytest.approx(row["target.epc"], rel=POWER)
        assert own["se_epc"] == pytest.approx(row["se.epc"], rel=POWER)
        assert own["epc_lower"] == pytest.approx(row["lower.epc"], rel=POWER, abs=POWER)
        assert own["epc_upper"] == pytest.approx(row["upper.epc"], rel=POWER, abs=POWER)
        assert own["decision"] == row["decision.pow"]
        assert own["decision_ci"] == row["decision.ci"]


def _by_row(table: Any) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    rows = table.to_dict("records")
    return {(row["lhs"], row["op"], row["rhs"], row["group"]): row for row in rows}
