"""Find the ordinal variables of a model and the categories they have in the data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.moments.columns import ordered_columns, read_categories
from mlbc_stats.moments.margins.thresholds import MOST
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.data.source import OrdinalVariables, Source
from mlbc_stats.sem.language.parser import CONSTRAINT_OPERATORS, Statement
from mlbc_stats.sem.specification.roles import assign_roles


def ordinal_variables(
    statements: Sequence[Statement], ordered: bool | Sequence[str], source: Source
) -> OrdinalVariables:
    """Variables asked for by `ordered`, given thresholds in the model, or ordered categories in the data.

    As in lavaan only variables that something points at can be ordinal: a covariate enters as it is.

    Raises
    ------
    ModelError
        a name that is neither in the data nor in the model, or a covariance matrix instead of data.
    DataError
        a variable with one category or more than `MOST`.
    """
    relations = [s for s in statements if s.op not in CONSTRAINT_OPERATORS]
    roles = assign_roles(relations)
    cut = {s.lhs for s in relations if s.op in {"|", "~*~"}}
    if source.data is None:
        return _given_variables(list(roles.observed), bool(ordered or cut), source)
    asked = set(roles.observed) if ordered is True else set(ordered or ())
    unknown = asked - set(source.names) - set(roles.observed)
    if unknown:
        raise ModelError(
            f"ordered names {', '.join(sorted(unknown))}, which the data do not have; check the spelling"
        )
    held = ordered_columns(source.data, roles.observed)
    wanted = [name for name in roles.observed if name in asked | cut | held and name in source.names]
    covariates = [name for name in wanted if name in roles.exogenous and name not in cut]
    notes = () if ordered is True or not covariates else (_covariates_note(covariates),)
    chosen = [name for name in wanted if name not in covariates]
    return OrdinalVariables({name: _codes(source, name) for name in chosen}, notes)


def _given_variables(observed: list[str], asked: bool, source: Source) -> OrdinalVariables:
    """Variables with thresholds among the moments given, categories numbered from 1."""
    if not source.given.thresholds:
        if asked:
            raise ModelError(
                "ordinal variables need the data, or their thresholds beside the correlations (sample_th, NACOV); a "
                "covariance matrix has no categories"
            )
        return OrdinalVariables({})
    first = source.given.thresholds[0]
    if any(set(each) != set(first) for each in source.given.thresholds):
        raise ModelError("sample_th: the groups have thresholds of different variables")
    return OrdinalVariables({name: np.arange(len(first[name]) + 1.0) for name in observed if name in first})


def _covariates_note(names: list[str]) -> str:
    return (
        f"{', '.join(names)}: nothing in the model points at an ordered covariate, so it enters by its codes; "
        "recode it as dummy variables if the steps between codes should not count as equal"
    )


def _codes(source: Source, name: str) -> Floats:
    values = read_categories(source.data, [name])[:, 0]
    if source.codes is not None:
        values = values[source.codes >= 0]
    codes = np.unique(values[~np.isnan(values)])
    if len(codes) < 2:
        found = f"only the category {codes[0]:g}" if len(codes) else "no value"
        raise DataError(f"{name} has {found} in the data; an ordinal variable needs at least two categories")
    if len(codes) > MOST:
        raise DataError(
            f"{name} has {len(codes)} different values ({codes[0]:g} to {codes[-1]:g}); an ordinal variable has at "
            f"most {MOST} categories: group them, or leave it out of `ordered`"
        )
    return codes
