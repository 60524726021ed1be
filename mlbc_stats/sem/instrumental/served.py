"""Refuse what estimation by instruments does not serve, each with what to do instead."""

from __future__ import annotations

from math import inf

from mlbc_stats.errors import NotServedError
from mlbc_stats.sem.implied.ram import DIRECTED
from mlbc_stats.sem.specification.parameter_table import ParameterTable

SHOWN = 6
"""Coefficients that a message names."""


def check_served(table: ParameterTable) -> None:
    """Refuse composites, rotated factors, constraints on coefficients, and some models of ordinal variables.

    Raises
    ------
    NotServedError
    """
    directed = [row for row in table.parameters if row.op in DIRECTED and row.free]
    if any(row.op == "<~" for row in table.parameters):
        raise NotServedError("estimator='IV' does not serve composites (<~); use estimator='ML'")
    if any(row.efa for row in table.parameters):
        raise NotServedError("estimator='IV' does not serve rotated factors (efa()); use estimator='ML'")
    names = [row.expression.names for row in table.parameters if row.expression and row.op != ":="]
    held = set().union(*names)
    bound = dict.fromkeys(
        f"{row.lhs} {row.op} {row.rhs}"
        for row in directed
        if {row.label, row.plabel} & held or max(row.lower, -row.upper) > -inf
    )
    if bound:
        shown = ", ".join(list(bound)[:SHOWN]) + (
            f" and {len(bound) - SHOWN} more" if len(bound) > SHOWN else ""
        )
        raise NotServedError(
            "estimator='IV' solves each equation alone, so coefficients can be fixed but not constrained (labels in "
            f"common, equal groups, effect coding, bounds): {shown}; leave it out, or use estimator='ML'"
        )
    check_unit_scales(table, "estimator='IV'")
    if table.ordinal and (table.external or table.exogenous):
        raise NotServedError(
            "estimator='IV' with ordinal variables serves models without covariates and instruments from outside: "
            f"{', '.join(dict.fromkeys((*table.exogenous, *table.external)))}; use estimator='WLSMV'"
        )


def check_unit_scales(table: ParameterTable, what: str) -> None:
    """Refuse ordinal variables whose responses have another variance than one: `what` works on their correlations.

    Raises
    ------
    NotServedError
    """
    if table.ordinal and table.parameterization == "theta":
        raise NotServedError(f"{what} does not serve parameterization='theta'; use 'delta'")
    free = [row.lhs for row in table.parameters if row.op == "~*~" and (row.free or row.fixed != 1.0)]
    if free:
        raise NotServedError(
            f"{what} works on polychoric correlations, so the scaling factors of {', '.join(dict.fromkeys(free))} have "
            "to be 1: leave ~*~ lines and equal thresholds over groups out, or use estimator='WLSMV'"
        )
