"""Add auxiliary variables to a model as saturated correlates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

Key = tuple[str, str, str]


def add_auxiliary(table: ParameterTable, names: Sequence[str]) -> ParameterTable:
    """The table with variables that correlate freely with each other and with every observed variable (its residual).

    They change neither the model nor its degrees of freedom, but what is known about them makes "missing at random"
    more plausible and estimates more precise. Their rows come last: variances and covariances, means, covariances with
    the model's variables, group by group. In the baseline model of the incremental fit indices they stay saturated
    (covariates of the model keep their covariances there, as in every baseline; semTools drops them).

    References
    ----------
    Graham (2003), doi:10.1207/S15328007SEM1001_4; Enders (2008), doi:10.1080/10705510802154307. In R:
    ``semTools::cfa.auxiliary(model, data, aux = names)``.
    """
    rows, free = list(table.parameters), table.n_free
    for group in range(1, table.n_groups + 1):
        for lhs, op, rhs in correlate_rows(table.observed, names):
            free += 1
            plabel = f".p{len(rows) + 1}."
            rows.append(Parameter(lhs, op, rhs, group, free, "", plabel, None, None, exo=False, user=0))
    return replace(table, parameters=tuple(rows), observed=(*table.observed, *names), auxiliary=tuple(names))


def correlate_rows(observed: Sequence[str], names: Sequence[str]) -> Iterator[Key]:
    """What a saturated correlate adds, as (lhs, op, rhs)."""
    for at, one in enumerate(names):
        yield from ((one, "~~", other) for other in names[at:])
    yield from ((name, "~1", "") for name in names)
    yield from ((name, "~~", item) for item in observed for name in names)


def check_auxiliary(
    names: Sequence[str], table: ParameterTable, columns: Sequence[str], method: Method
) -> None:
    """Refuse auxiliary variables that are in the model, not in the data, or could not help.

    Raises
    ------
    ModelError
        naming the variable and what to do.
    """
    known = {*table.observed, *table.latent}
    if used := [name for name in names if name in known]:
        raise ModelError(
            f"auxiliary: {', '.join(used)} is part of the model already; leave it out of auxiliary"
        )
    if lacking := [name for name in names if name not in columns]:
        raise ModelError(f"auxiliary: no column {', '.join(lacking)} in the data")
    if len(set(names)) < len(names):
        raise ModelError(f"auxiliary: a variable is named twice in {', '.join(names)}")
    if method.missing == "listwise":
        raise ModelError(
            "auxiliary variables inform about missing values only where incomplete rows are kept; give missing='fiml'"
        )
