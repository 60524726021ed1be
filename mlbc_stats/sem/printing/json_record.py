"""A fit as plain data that JSON can hold, in full precision."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlbc_stats.sem.estimation.audit import Audit
from mlbc_stats.sem.instrumental.fitted_equations import instrument_rows, test_rows
from mlbc_stats.sem.printing.advice import give_advice

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import FittedModel


def _audit(audit: Audit, undetermined: tuple[str, ...]) -> dict[str, Any]:
    names = ("verdict", "decrement", "violation", "multiplier", "curvature", "escapes", "starts", "lower")
    return {name: getattr(audit, name) for name in names} | {"undetermined": undetermined}


def result_record(result: FittedModel) -> dict[str, Any]:
    """Everything a reader needs to repeat or check a fit; NaN becomes None."""
    return {
        "kind": "sem result",
        "converged": result.converged,
        "iterations": int(result.estimate.iterations),
        "audit": None if result.audit is None else plain(_audit(result.audit, result.undetermined)),
        "nobs": result.nobs,
        "group_labels": list(result.table.group_labels),
        "group_nobs": list(result.group_nobs),
        "npar": result.npar,
        "call": plain({name: value for name, value in result.call.items() if value is not None}),
        "warnings": list(result.warnings),
        "advice": [
            plain({"topic": each.topic, "text": each.text, "source": each.source, "values": each.values})
            for each in give_advice(result)
        ],
        "parameters": plain(result.parameters.to_dict("records")),
        "standardized": plain(result.standardized.to_dict("records")),
        "fit_measures": plain(result.fit_measures.to_dict()) if result.converged else None,
        **_instruments(result),
        "tests": [
            plain(
                {
                    name: getattr(test, name)
                    for name in ("test", "stat", "df", "pvalue", "scaling_factor", "shift")
                }
            )
            for test in result.tests
        ],
    }


def _instruments(result: FittedModel) -> dict[str, Any]:
    if not result.equations:
        return {}
    return {
        "sargan": plain(test_rows(result.equations)),
        "instruments": plain(instrument_rows(result.equations)),
    }


def record_text(result: FittedModel) -> str:
    """The record as JSON text."""
    return json.dumps(result_record(result), indent=1, ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """Numbers, text, lists and dictionaries only; NaN and infinities become None."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, str | int | bool) or value is None else str(value)
