"""The same examples by the rules of lavaan 0.7: what differs from 0.6 is what one rule says, and nothing else."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.sem import versions
from tests.reference.examples.test_examples import OTHER, compare, differing, table, written

INDICES = ("chisq", "pvalue", "baseline.chisq", "cfi", "tli", "rmsea")
ANOTHER_MODEL = ("all",)
OLD = versions.RULES["0.6"]


def rules_at_work(fit: sem.SemResult, equal: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Each rule that changes some fields of a fit, with these: `docs/lavaan-versions.md` has the reasons."""
    method, found = fit.method, {}
    if method.discrepancy == "DWLS":
        found["unreferenced"] = ("pvalue",)
    if method.discrepancy == "ULS" and not method.ordinal:
        found["robust_least_squares"], found["residual_judge"] = ("se",), INDICES
    if method.ordinal and fit.table.exogenous:
        found["slopes_in_residuals"] = ("srmr",)
    named = {equal} if isinstance(equal, str) else set(equal)
    if method.ordinal and {"thresholds", "intercepts"} & named:
        found["tied_intercepts"] = ANOTHER_MODEL
    if method.two_stage:
        found["baseline_of_answers"] = ("baseline.chisq.scaled", "cfi.scaled")
    return found


def fitted(name: str, **arguments: Any) -> sem.SemResult:
    """The fit of an example."""
    function, data, given, model = written()[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.fit(model, table(data), kind=function, **given, **arguments)


@pytest.mark.parametrize("name", list(written()))
def test_what_differs_is_what_a_rule_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fit = fitted(name)
    rules = rules_at_work(fit, written()[name][2].get("group.equal", ()))
    if ANOTHER_MODEL not in rules.values():
        said = {field for fields in rules.values() for field in fields}
        compare(name, fit, left_out=(*OTHER.get(name, ()), *said))
        if not any(differing(name, fit)):
            return
    before = replace(versions.CURRENT, **{rule: getattr(OLD, rule) for rule in rules})
    monkeypatch.setattr(versions, "RULES", {"before": before})
    compare(name, fitted(name, compat="before"))
