"""Fit measures and problems of fitted models, the same for every stage that has some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlbc_stats.report import Table, fit_table, format_value
from mlbc_stats.theory.verdicts.gates import solution_gate

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult


def fit_tables(
    fits: Mapping[str, SemResult], identifier: str, reasons: tuple[str, ...] = ()
) -> tuple[Table, ...]:
    """One table of fit indices, with what was taken to estimate them; none when no model converged."""
    measures = {name: fit.fit_measures for name, fit in fits.items() if fit.converged}
    return (fit_table(measures, notes=reasons, identifier=identifier),) if measures else ()


def fit_sentence(fits: Mapping[str, SemResult]) -> str:
    """The usual indices of each model in one sentence."""
    return "; ".join(f"{name}: {_indices(fit)}" for name, fit in fits.items()) + "."


def _indices(fit: SemResult) -> str:
    if not fit.converged:
        return "did not converge"
    words = {"cfi": "CFI", "rmsea": "RMSEA", "srmr": "SRMR"}
    found = (f"{word} {format_value(fit.fit_measures[name], 'bounded')}" for name, word in words.items())
    return f"n = {fit.nobs}, {', '.join(found)}"


def problems(fits: Mapping[str, SemResult]) -> tuple[str, ...]:
    """Why models must not be trusted, one line each; none when all may be."""
    gates = (solution_gate(name, fit) for name, fit in fits.items())
    return tuple(f"{gate.model}: {gate.finding}" for gate in gates if gate.closed)
