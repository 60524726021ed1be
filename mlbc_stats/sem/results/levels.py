"""What serves models of one level alone says so when it meets two."""

from __future__ import annotations

from typing import Protocol

from mlbc_stats.errors import NotServedError
from mlbc_stats.sem.specification.parameter_table import ParameterTable


class Fitted(Protocol):
    """A fit, as far as its levels are concerned."""

    @property
    def table(self) -> ParameterTable: ...


def require_one_level(fit: Fitted, what: str, instead: str = "") -> None:
    """Raise a `NotServedError` that names what was asked for, unless the model has one level."""
    if fit.table.two_level:
        remedy = f"; {instead}" if instead else ""
        raise NotServedError(f"{what} of two-level models are not served{remedy}")
