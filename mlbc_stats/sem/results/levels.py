"""What serves models of one level alone, or slopes that are the same in all clusters, says so when it meets others."""

from __future__ import annotations

from typing import Protocol

from mlbc_stats.errors import NotServedError
from mlbc_stats.sem.specification.parameter_table import ParameterTable

EFFECTS_INSTEAD = "define (:=) those of interest from labels"
"""What to do in place of listing effects, which differ between clusters where slopes do."""


class Fitted(Protocol):
    """A fit, as far as its levels are concerned."""

    @property
    def table(self) -> ParameterTable: ...


def require_continuous(fit: Fitted, what: str, instead: str = "") -> None:
    """Raise a `NotServedError` that names what was asked for, of two levels of ordinal items."""
    if fit.table.two_level and fit.table.ordinal:
        remedy = f"; {instead}" if instead else ""
        raise NotServedError(f"{what} of two levels of ordinal items are not served{remedy}")


def require_one_level(fit: Fitted, what: str, instead: str = "") -> None:
    """Raise a `NotServedError` that names what was asked for, unless the model has one level."""
    if fit.table.two_level:
        remedy = f"; {instead}" if instead else ""
        raise NotServedError(f"{what} of two-level models are not served{remedy}")


def require_fixed_slopes(fit: Fitted, what: str, instead: str = "") -> None:
    """Raise a `NotServedError` that names what was asked for, if slopes of the model vary between clusters."""
    if fit.table.random_slopes:
        remedy = f"; {instead}" if instead else ""
        names = ", ".join(fit.table.random_slopes)
        raise NotServedError(f"{what} of models with random slopes ({names}) are not served{remedy}")
