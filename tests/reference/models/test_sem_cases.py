"""Every field of the stored models, as far as they are served."""

from __future__ import annotations

import warnings

import pytest

from mlbc_stats.errors import MlbcError, MlbcWarning
from tests.reference.adapter import fit_case, run_case, shape_result
from tests.reference.compare import Difference, compare_sem
from tests.reference.corpus import Case, case_ids, load_case
from tests.reference.ledger import VERSIONS, changed

# Not identified or not converged: the numbers are arbitrary, only the verdict counts (see the tests of bad input).
ARBITRARY = (
    "i02_unidentified_2ind",
    "i03_unidentified_crossload",
    "i04_unidentified_positive_df",
    "i06_iter_limit",
    "i10_collinear",
    "i16_npd_lv",
)
# Reliability is compared in the tests of its own room.
NOT_YET = ("reliability",)
SERVED = [
    case_id
    for case_id in case_ids("sem")
    if load_case(case_id)["status"] != "error" and case_id not in ARBITRARY
]


@pytest.mark.parametrize("case_id", SERVED)
def test_every_field(case_id: str) -> None:
    case = load_case(case_id)
    fields = [field for field in case["expected"] if field not in NOT_YET]
    differences = version_differences(case, fields)
    assert not differences, "\n".join(map(str, differences[:20]))


def version_differences(case: Case, fields: list[str]) -> list[Difference]:
    """The stored numbers are those of lavaan 0.6-14; what 0.7 gives as well is compared without asking for 0.6."""
    found = []
    for version in VERSIONS:
        got = shape_result(fit_case(case, version), fields)
        own = version == "0.6"
        found += [each for each in compare_sem(case, got, fields) if changed(case["id"], each.path) is own]
    return found


def verdict(case: Case) -> str:
    """How a fit ends, in the words of the stored status."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            result = run_case(case)
        except MlbcError:
            return "error"
    if not result.converged:
        return "not_converged"
    return "ok_with_warnings" if any(issubclass(w.category, MlbcWarning) for w in given) else "ok"


@pytest.mark.parametrize("case_id", [i for i in case_ids("sem") if i.startswith("i")])
def test_bad_input_ends_as_in_lavaan(case_id: str) -> None:
    case = load_case(case_id)
    # Collinear items are refused here by name, where lavaan only fails to converge.
    wanted = {case["status"], "error"} if case_id == "i10_collinear" else {case["status"]}
    assert verdict(case) in wanted
