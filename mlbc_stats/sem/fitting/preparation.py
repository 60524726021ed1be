"""Understand the arguments of a fit: text, options and data become a table, a method and a way to read the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.sem.data.ordinal_sample import read_ordinal_sample
from mlbc_stats.sem.data.ordinal_variables import ordinal_variables
from mlbc_stats.sem.data.source import Design, Sample, Source, open_source, read_sample, select_groups
from mlbc_stats.sem.discrepancy.method import Method, resolve_method
from mlbc_stats.sem.fitting.lavaan_arguments import Understood, check_conditional
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.auxiliary import add_auxiliary, check_auxiliary
from mlbc_stats.sem.specification.name_checks import list_names
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.parameter_table import ParameterTable, build_table


@dataclass(frozen=True, slots=True)
class Prepared:
    """A fit before its data are read: the table, where the data are, the method, and how the rows enter."""

    table: ParameterTable
    source: Source
    method: Method
    design: Design


def prepare(data: Any, wanted: Understood) -> Prepared:
    """What `fit` works with, from the data and all its arguments by name."""
    call = wanted.arguments
    source = open_source(
        data, *(call[name] for name in ("group", "sample_cov", "sample_mean", "sample_nobs"))
    )
    if wanted.group_label:
        source = select_groups(source, wanted.group_label)
    statements, ordered = parse(call["model"]), call["ordered"]
    asked = bool(ordered) if isinstance(ordered, bool | np.bool_) else list_names(ordered, "ordered")
    found = ordinal_variables(statements, asked, source)
    method = resolve_method(
        estimator=call["estimator"],
        missing=call["missing"],
        information=call["information"],
        se=call["se"],
        test=call["test"],
        likelihood=call["likelihood"],
        clustered=call["cluster"] is not None,
        weighted=call["sampling_weights"] is not None,
        ordinal=bool(found.codes),
    )
    check_conditional(wanted.conditional_x, method.ordinal)
    options = ModelOptions(
        kind=call["kind"],
        std_lv=call["std_lv"],
        effect_coding=_coded(call["effect_coding"]),
        orthogonal=call["orthogonal"],
        meanstructure=_meanstructure(call["meanstructure"], method, source, call["cluster"]),
        fixed_x=call["fixed_x"] and (method.discrepancy == "ML" or method.ordinal) and not call["auxiliary"],
        group_equal=() if call["group_equal"] == "none" else list_names(call["group_equal"], "group_equal"),
        group_partial=list_names(call["group_partial"], "group_partial"),
        thresholds=found.thresholds,
        parameterization=call["parameterization"],
        **wanted.model,
    )
    table = build_table(
        statements,
        options,
        source.names,
        max(1, len(source.labels)),
        source.labels,
        parse(call["constraints"]),
    )
    if call["auxiliary"]:
        extra = list_names(call["auxiliary"], "auxiliary")
        check_auxiliary(extra, table, source.names, method)
        table = add_auxiliary(table, extra)
    return Prepared(
        table, source, method, Design(call["std_ov"], call["sampling_weights"], call["cluster"], found)
    )


def read(table: ParameterTable, source: Source, method: Method, design: Design) -> Sample:
    """Sample moments of the table's variables."""
    reader = read_ordinal_sample if method.ordinal else read_sample
    return reader(source, table, method, design)


def _meanstructure(asked: bool | None, method: Method, source: Source, cluster: str | None) -> bool | None:
    """Means are modelled with ordinal or incomplete data, clusters and given means; never with covariances alone."""
    if source.data is None and asked is None:
        return source.means[0] is not None
    return True if method.missing != "listwise" or method.ordinal or cluster else asked


def _coded(effect_coding: bool | str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(effect_coding, bool):
        return ("loadings", "intercepts") if effect_coding else ()
    return list_names(effect_coding, "effect_coding")
