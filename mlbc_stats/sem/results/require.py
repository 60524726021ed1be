"""Refuse what means something at a solution only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.errors import ModelError

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import SemResult


def require_solution(fit: SemResult, what: str) -> None:
    """Raise a `ModelError` that names what was asked for, unless the fit converged."""
    if not fit.converged:
        raise ModelError(
            f"the fit did not converge, so {what} would mean nothing; see fit.warnings, then simplify the model or "
            "raise max_iter"
        )
