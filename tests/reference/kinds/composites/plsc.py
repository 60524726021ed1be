"""Consistent partial least squares, by cSEM and seminr."""

from __future__ import annotations

from typing import Any

from tests.reference.kinds.composites.pls import report_of
from tests.reference.kinds.corpus import Case, Corpus


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    return report_of(case, corpus)
