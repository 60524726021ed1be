"""Generalized structured component analysis, by cSEM."""

from __future__ import annotations

from typing import Any

from tests.reference.kinds.composites.models import call_of, data_of, fitted
from tests.reference.kinds.composites.shapes import core, csem_report
from tests.reference.kinds.corpus import Case, Corpus


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    fit = fitted(call_of(case), data_of(case, corpus), case["expected"])
    return core(fit) | csem_report(fit)
