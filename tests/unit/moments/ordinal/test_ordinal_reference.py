"""Ordinal moments against lavaan and polycor: complete, binary, empty cells, mixed, covariates, weights, missing."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from mlbc_stats import moments
from mlbc_stats.moments.correlations.full_likelihood import joint_polyserial
from mlbc_stats.moments.ordinal.moments import OrdinalMoments
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from tests.reference.corpus import HERE, load_case, read_table

#: lavaan stops its search for each correlation earlier than we do; thresholds and regressions are exact.
MOMENTS = 1e-7
#: Of Γ, relative to the two variances.
GAMMA = 2e-7
#: polycor's search uses numerical derivatives, its errors second ones.
JOINT, JOINT_ERROR = 3e-5, 2e-5
#: Class "ordinal" of the stored cases.
CASE = 2e-4

FOUR, SOME = ["x1", "x2", "x3", "x7"], ["x1", "x2", "x4", "x5", "x3"]
NINE = [f"x{k}" for k in range(1, 10)]


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    return json.loads((HERE / "expected/moments/ordinal.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tables() -> dict[str, dict[str, np.ndarray]]:
    files = {"ordinal": "HS_ord4", "binary": "HS_bin", "raw": "HolzingerSwineford1939"}
    out = {
        name: {k: np.asarray(v) for k, v in read_table(f"data/{file}.csv").items()}
        for name, file in files.items()
    }
    raw = out["raw"]
    out["mixed"] = out["ordinal"] | {name: raw[name] for name in ("x4", "x5", "x6")}
    out["mixed"]["age"] = raw["ageyr"] + raw["agemo"] / 12
    row = np.arange(1, 302)
    out["holed"] = out["mixed"] | {
        f"x{v}": np.where((7 * row + 3 * v) % 10 == 0, np.nan, out["mixed"][f"x{v}"]) for v in range(1, 10)
    }
    d = np.repeat([0.0, 1.0], [60, 90])
    d[:7] = 1
    out["empty"] = {
        "a": np.repeat([0.0, 1.0], [60, 90]),
        "b": np.repeat([0.0, 1.0], [30, 120]),
        "c": np.tile([0.0, 1.0, 1.0, 0.0, 1.0], 30),
        "d": d,
    }
    return out


def solve(
    table: dict[str, np.ndarray], names: list[str], ordinal: list[int], **options: Any
) -> OrdinalMoments:
    return ordinal_moments(np.column_stack([table[name] for name in names]), names, ordinal, **options)


def check(found: OrdinalMoments, expected: dict[str, Any]) -> None:
    sign = np.array([-1.0 if name.endswith("~1") else 1.0 for name in expected["names"]])
    gamma = np.array(expected["gamma"], float) * np.outer(sign, sign)
    assert found.moments.shape == sign.shape
    scale = np.maximum(1.0, np.abs(expected["moments"]))
    assert (np.abs(found.moments - sign * expected["moments"]) / scale).max() < MOMENTS
    assert found.gamma is not None and found.gamma_diagonal is not None
    spread = np.sqrt(np.outer(gamma.diagonal(), gamma.diagonal()))
    assert (np.abs(found.gamma - gamma) / spread).max() < GAMMA
    np.testing.assert_array_equal(found.gamma_diagonal, found.gamma.diagonal())
    assert found.ok


def test_ordinal(stored: dict[str, Any], tables: Any) -> None:
    found = solve(tables["ordinal"], NINE, list(range(9)))
    check(found, stored["ordinal"])
    assert found.n == 301
    assert len(found.notes) == 1 and "x4 and x5" in found.notes[0]


def test_binary(stored: dict[str, Any], tables: Any) -> None:
    check(solve(tables["binary"], FOUR, [0, 1, 2, 3]), stored["binary"])


def test_an_empty_cell_is_filled_and_reported(stored: dict[str, Any], tables: Any) -> None:
    found = solve(tables["empty"], list("abcd"), [0, 1, 2, 3])
    check(found, stored["empty"])
    assert found.notes == (
        "an empty cell in the 2 x 2 table of a and b, a and d: 0.5 was added to it, margins kept",
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_mixed(stored: dict[str, Any], tables: Any, weighted: bool) -> None:
    weights = {"weights": 0.5 + (np.arange(1, 302) % 7) / 3} if weighted else {}
    check(
        solve(tables["mixed"], SOME, [0, 1, 4], **weights), stored["weighted_mixed" if weighted else "mixed"]
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_covariates(stored: dict[str, Any], tables: Any, weighted: bool) -> None:
    options: dict[str, Any] = {"weights": 0.5 + (np.arange(1, 302) % 7) / 3} if weighted else {}
    options |= {
        "covariates": ("age", "sex"),
        "z": np.column_stack([tables["mixed"][k] for k in ("age", "sex")]),
    }
    found = solve(tables["mixed"], SOME, [0, 1, 4], **options)
    check(found, stored["weighted_covariates" if weighted else "covariates"])


def test_sampling_weights(stored: dict[str, Any], tables: Any) -> None:
    weights = 3.0 * (0.5 + (np.arange(1, 302) % 7) / 3)
    found = solve(tables["mixed"], FOUR, [0, 1, 2, 3], weights=weights)
    check(found, stored["weighted"])
    diagonal = solve(tables["mixed"], FOUR, [0, 1, 2, 3], weights=weights, gamma="diagonal")
    np.testing.assert_allclose(diagonal.gamma_diagonal, found.gamma_diagonal, rtol=1e-10)
    assert diagonal.gamma is None


@pytest.mark.parametrize(
    ("key", "names", "ordinal"), [("pairwise", FOUR, [0, 1, 2, 3]), ("pairwise_mixed", SOME, [0, 1, 4])]
)
def test_pairwise(
    stored: dict[str, Any], tables: Any, key: str, names: list[str], ordinal: list[int]
) -> None:
    found = solve(tables["holed"], names, ordinal, missing="pairwise")
    check(found, stored[key])
    diagonal = solve(tables["holed"], names, ordinal, missing="pairwise", gamma="diagonal")
    np.testing.assert_allclose(diagonal.gamma_diagonal, found.gamma_diagonal, rtol=1e-10)


def test_stored_case_of_the_matrix(tables: Any) -> None:
    expected = load_case("p02_lavcor")["expected"]
    found = moments.polychoric({name: tables["ordinal"][name] for name in NINE})
    np.testing.assert_allclose(found.correlations, expected["cor"]["values"], atol=MOMENTS)
    assert expected["cor"]["rownames"] == list(found.names)
    cuts = np.concatenate([part for part in found.thresholds if part is not None])
    np.testing.assert_allclose(cuts, list(expected["thresholds"].values()), atol=1e-12)


@pytest.mark.parametrize("pair", ["x1_x2", "x4_x5", "x7_x9"])
def test_full_maximum_likelihood(stored: dict[str, Any], tables: Any, pair: str) -> None:
    first, second = pair.split("_")
    data = {name: tables["ordinal"][name] for name in (first, second)}
    found, expected = moments.polychoric(data, method="ml"), stored["joint"][pair]
    assert abs(found.correlations[0, 1] - expected["rho"]) < JOINT
    assert abs(found.std_errors[0, 1] / expected["se"] - 1) < JOINT_ERROR
    assert found.pair_thresholds is not None
    rows, columns = found.pair_thresholds[first, second]
    np.testing.assert_allclose(rows, expected["rows"], atol=JOINT)
    np.testing.assert_allclose(columns, expected["columns"], atol=JOINT)
    case = load_case("p01_polychor_pairs")["expected"][pair]
    assert abs(moments.polychoric(data).correlations[0, 1] - case["twostep"]) < CASE


def test_polyserial(stored: dict[str, Any], tables: Any) -> None:
    x, y = tables["raw"]["x1"], tables["ordinal"]["x2"]
    rho, error, _, converged = joint_polyserial(y.astype(int) - 1, 4, (x - x.mean()) / x.std(ddof=1))
    expected = stored["polyserial"]
    assert abs(rho - expected["rho"]) < 1e-7
    assert abs(error / expected["se"] - 1) < 1e-5
    assert converged
    assert abs(rho - load_case("p04_polyserial")["expected"]["ml"]) < CASE
