"""After an ordinal fit: standardized solutions, residuals, modification indices, factor scores and Γ, as stored."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest

from mlbc_stats import sem
from tests.reference.adapter import fit_case
from tests.reference.corpus import HERE
from tests.reference.tolerance import ORDINAL, Z_RESIDUAL

POSTFIT = HERE / "expected" / "ordinal" / "postfit"
NAMES = [path.stem for path in sorted(POSTFIT.glob("*.json"))]
# Γ of the other side rests on correlations found to about 1e-8; elements are of the order of 1.
GAMMA = 1e-5
# The stored modes are at a gradient of zero; a mode moves by the estimates' error times about ten.
MODE = 10 * ORDINAL.estimate


@cache
def stored(name: str) -> dict[str, Any]:
    return json.loads((POSTFIT / f"{name}.json").read_text(encoding="utf-8"))


@cache
def fitted(name: str) -> sem.SemResult:
    return fit_case(stored(name))


def groups(name: str, field: Any) -> list[Any]:
    """The stored parts of every group."""
    labels = fitted(name).table.group_labels
    return [field[label] for label in labels] if fitted(name).table.n_groups > 1 else [field]


@pytest.mark.parametrize("kind", ["std_lv", "std_all", "std_nox"])
@pytest.mark.parametrize("name", NAMES)
def test_standardized_solution(name: str, kind: str) -> None:
    frame = fitted(name).standardized_solution(kind)
    rows = [row for row in stored(name)["standardized"][kind.replace("_", ".")] if row["op"] != "=="]
    assert len(rows) == len(frame)
    for row, own in zip(rows, frame.itertuples(), strict=True):
        assert (own.lhs, own.op, own.rhs) == (row["lhs"], row["op"], row["rhs"])
        assert own.est_std == pytest.approx(
            row["est.std"], abs=2 * ORDINAL.estimate * max(1, abs(row["est.std"]))
        )
        assert own.se == pytest.approx(row["se"], rel=ORDINAL.error, abs=1e-7), row


# lavaan gives no scaled residuals with covariates.
GIVEN = [(name, kind) for name in NAMES for kind, part in stored(name)["residuals"].items() if part]


@pytest.mark.parametrize(
    ("name", "kind"), [each for each in GIVEN if each[1] in ("raw", "cor", "normalized", "standardized")]
)
def test_residuals(name: str, kind: str) -> None:
    expected = stored(name)["residuals"][kind]
    scaled = kind in ("normalized", "standardized")
    scale = Z_RESIDUAL if scaled else 1.0
    parts = zip(
        groups(name, expected), sem.residuals(fitted(name), kind), fitted(name).group_nobs, strict=True
    )
    for part, own, n in parts:
        # lavaan 0.6-14 divides the sampling variance of a group's moments by the cases of all groups.
        share = np.sqrt(n / fitted(name).nobs) if scaled else 1.0
        cov = part.get("cov") or part["res.cov"]
        at = [cov["rownames"].index(label) for label in own.cov.index]
        values = share * np.array(cov["values"], float)[np.ix_(at, at)]
        below = np.tril_indices(len(at), -1)
        assert own.cov.to_numpy()[below] == pytest.approx(values[below], abs=scale * ORDINAL.estimate)
        cuts = part.get("th") or part.get("res.th")
        for label, value in (cuts or {}).items():
            if "|" in label and value is not None and kind != "cor":
                assert own.thresholds[label] == pytest.approx(share * value, abs=scale * ORDINAL.estimate)


@pytest.mark.parametrize("name", NAMES)
def test_modification_indices(name: str) -> None:
    rows = [row for row in stored(name)["modindices"] if row["mi"] is not None]
    frame = sem.modification_indices(fitted(name)).set_index(["lhs", "op", "rhs", "group"])
    assert rows
    for row in rows:
        own = frame.loc[row["lhs"], row["op"], row["rhs"], row.get("group", 1)]
        for column in ("mi", "epc", "sepc.lv", "sepc.all", "sepc.nox"):
            limit = ORDINAL.error * max(1, abs(row[column]))
            assert own[column.replace(".", "_")] == pytest.approx(row[column], abs=limit), (column, row)


@pytest.mark.parametrize("name", [name for name in NAMES if "refined_EBM" in stored(name)["scores"]])
def test_factor_scores_are_the_modes(name: str) -> None:
    """lavaan's own optimizer stops short (theta, second groups), so its modes were refined by Newton steps in R."""
    scores = sem.factor_scores(fitted(name))
    parts = stored(name)["scores"]["refined_EBM"]
    labels = fitted(name).table.group_labels
    for g, part in enumerate(parts):
        own = scores if len(parts) == 1 else scores[scores["group"] == labels[g]].drop(columns="group")
        head = np.array(part["head"]["values"], float)
        assert own.to_numpy()[: len(head)] == pytest.approx(head, abs=MODE)


@pytest.mark.parametrize("name", NAMES)
def test_asymptotic_covariance(name: str) -> None:
    for moments, part in zip(fitted(name).moments, groups(name, stored(name)["gamma"]), strict=True):
        theirs = np.array(part["values"], float)
        sign = np.array([-1.0 if label.endswith("~1") else 1.0 for label in part["rownames"]])
        theirs = theirs * np.outer(sign, sign)
        scale = np.sqrt(np.diag(theirs))
        assert np.abs(moments.ordinal.gamma - theirs).max() < GAMMA * (scale.max() ** 2)
