"""Models of ordinal variables against stored fits: estimators, parameterizations, covariates, groups, weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.reference.adapter import fit_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import HERE
from tests.reference.ledger import VERSIONS

FITS = HERE / "expected" / "ordinal" / "fits"
# Not served by this comparison: what only says how the stored numbers were made.
NOT_FIELDS = ("reduced_gradient", "options", "reliability")
# An ordinal variable that predicts others: in delta, lavaan 0.6-14 leaves the mediated part out of its variance (which
# is not 1 then) and out of the derivatives. Ours are held against the same model in theta, where both programs agree.
MEDIATED = ("mediator", "mediator_continuous")


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


SOLVED = [path.stem for path in sorted(FITS.glob("*.json")) if load(path)["status"].startswith("ok")]


def version_of(field: str, arguments: dict[str, Any]) -> str:
    """The stored numbers are of lavaan 0.6-14, from which 0.7 differs in what is named here."""
    plain = arguments.get("estimator") in ("DWLS", "ULS") and "se" not in arguments
    another = plain or "rotation" in arguments or "thresholds" in arguments.get("group.equal", ())
    return "0.6" if another or field in ("fit", "tests") else "0.7"


@pytest.mark.parametrize("name", SOLVED)
def test_every_field(name: str) -> None:
    case = load(FITS / f"{name}.json")
    served = ("fit.chisq", "fit.df", "fit.srmr", "npar") if name in MEDIATED else tuple(case["expected"])
    fields = [field for field in served if field not in NOT_FIELDS]
    differences = []
    for version in VERSIONS:
        own = [field for field in fields if version_of(field.split(".")[0], case["fit"]["args"]) == version]
        got = shape_result(fit_case(case, version), ["parameters", *(field.split(".")[0] for field in own)])
        differences += compare_sem(case, got, own) if own else []
    assert not differences, "\n".join(map(str, differences[:20]))


def test_a_fit_that_lavaan_cannot_find_is_there() -> None:
    """Correlated residuals in theta: lavaan 0.6-14 does not converge; ours equals the same model in delta."""
    theta = fit_case(load(FITS / "residual_cov_theta.json"))
    delta = fit_case(load(FITS / "residual_cov.json"))
    assert theta.converged
    assert theta.tests[0].stat == pytest.approx(delta.tests[0].stat, abs=1e-6)


@pytest.mark.parametrize("name", MEDIATED)
def test_an_ordinal_mediator_is_the_same_in_both_parameterizations(name: str) -> None:
    delta, theta = (fit_case(load(FITS / f"{each}.json")) for each in (name, f"{name}_theta"))
    rows = ~delta.standardized["op"].isin(["~*~", "|"])
    for column in ("est_std", "se"):
        ours, other = delta.standardized[column][rows], theta.standardized[column][rows]
        assert ours.to_numpy() == pytest.approx(other.to_numpy(), abs=1e-6)
