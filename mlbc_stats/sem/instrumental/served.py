"""Refuse what estimation by instruments does not serve, each with what to do instead."""

from __future__ import annotations

from mlbc_stats.errors import NotServedError
from mlbc_stats.sem.implied.ram import DIRECTED
from mlbc_stats.sem.specification.parameter_table import ParameterTable


def check_served(table: ParameterTable) -> None:
    """Refuse composites, rotated factors, constraints on coefficients, and covariates beside ordinal variables.

    Raises
    ------
    NotServedError
    """
    directed = [row for row in table.parameters if row.op in DIRECTED and row.free]
    if any(row.op == "<~" for row in table.parameters):
        raise NotServedError("estimator='IV' does not serve composites (<~); use estimator='ML'")
    if any(row.efa for row in table.parameters):
        raise NotServedError("estimator='IV' does not serve rotated factors (efa()); use estimator='ML'")
    names = {name for row in directed for name in (row.label, row.plabel) if name}
    bound = [
        f"{row.lhs} {row.op} {row.rhs}" for row in directed if max(row.lower, -row.upper) > -float("inf")
    ]
    for row in table.parameters:
        if row.expression is not None and row.op != ":=" and names & set(row.expression.names):
            bound.append(f"{row.lhs} {row.op} {row.rhs}")
    if bound:
        raise NotServedError(
            "estimator='IV' solves each equation alone, so coefficients cannot be constrained (only fixed): "
            f"{', '.join(bound)}; leave it out, or use estimator='ML'"
        )
    if table.ordinal and (table.external or table.exogenous):
        raise NotServedError(
            "estimator='IV' with ordinal variables serves models without covariates and instruments from outside: "
            f"{', '.join(dict.fromkeys((*table.exogenous, *table.external)))}; use estimator='WLSMV'"
        )
