"""Understand the arguments of a fit: text, options and data become a table, a method and a way to read the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.sem.data.given_moments import read_given
from mlbc_stats.sem.data.level_sample import read_level_sample
from mlbc_stats.sem.data.ordinal_level_sample import read_ordinal_level_sample
from mlbc_stats.sem.data.ordinal_sample import read_ordinal_sample
from mlbc_stats.sem.data.ordinal_variables import ordinal_variables
from mlbc_stats.sem.data.source import Design, Sample, Source, open_source, read_sample, select_groups
from mlbc_stats.sem.discrepancy.details import read_details
from mlbc_stats.sem.discrepancy.levels import check_levels, check_varying, level_method
from mlbc_stats.sem.discrepancy.method import Method, resolve_method
from mlbc_stats.sem.fitting.equal_kinds import equal_kinds, free_thresholds
from mlbc_stats.sem.fitting.lavaan_arguments import Understood, check_conditional
from mlbc_stats.sem.inference.functions.function_errors import read_function_errors
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.auxiliary import add_auxiliary, check_auxiliary
from mlbc_stats.sem.specification.group_blocks import shared_labels
from mlbc_stats.sem.specification.levels import check_items, unfixed_covariates
from mlbc_stats.sem.specification.name_checks import list_names
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.parameter_table import ParameterTable, build_table
from mlbc_stats.sem.specification.special.random_slopes import slope_of
from mlbc_stats.sem.versions import Rules, rules_of

CATEGORICAL = ("WLSM", "WLSMV", "WLSMVS")
"""Estimators that are asked for with ordinal variables in mind."""

READERS = {
    (False, False): read_sample,
    (False, True): read_ordinal_sample,
    (True, False): read_level_sample,
    (True, True): read_ordinal_level_sample,
}
"""What makes moments of a table, by whether the model has two levels and whether variables are ordinal."""

UNSCALED = ("standard", "bollen.stine", "none")
"""Tests for which nothing but the likelihood is needed."""


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
    source = _opened(data, wanted)
    statements, ordered = parse(call["model"]), call["ordered"]
    asked = bool(ordered) if isinstance(ordered, bool | np.bool_) else list_names(ordered, "ordered")
    found = ordinal_variables(statements, asked, source)
    rules = rules_of(call["compat"])
    leveled = any(each.level is not None for each in statements)
    method = _method(wanted, leveled, bool(found.codes), rules)
    if any(slope_of(each) for each in statements):
        check_varying(method)
    read_function_errors(call)
    check_conditional(wanted.conditional_x, method.ordinal)
    extra, left_out = _correlates(call, source)
    options = ModelOptions(
        kind=call["kind"],
        std_lv=call["std_lv"],
        effect_coding=_coded(call["effect_coding"]),
        orthogonal=call["orthogonal"],
        meanstructure=_meanstructure(call["meanstructure"], method, source, call["cluster"]),
        fixed_x=call["fixed_x"] and (method.discrepancy == "ML" or method.ordinal) and not extra,
        group_equal=equal_kinds(call["group_equal"], method.ordinal, rules),
        group_partial=list_names(call["group_partial"], "group_partial"),
        thresholds=found.thresholds,
        parameterization="theta" if leveled and found.codes else call["parameterization"].lower(),
        composites=rules.composites if call["composites"] is None else bool(call["composites"]),
        **{**wanted.model, "composites_cov_free": _free_blocks(wanted.model, method)},
    )
    table = build_table(
        statements,
        options,
        source.names,
        max(1, len(source.labels)),
        source.labels,
        parse(call["constraints"]),
    )
    if table.two_level and table.ordinal:
        check_items(table.levels, table.ordinal)
    _check_given(source, method)
    _check_instruments(table, method)
    _check_composites(table, method)
    if extra:
        check_auxiliary(extra, table, source.names, method)
        table = add_auxiliary(table, extra)
    notes = (
        *shared_labels(statements, table.n_groups),
        *free_thresholds(options.group_equal, list(dict(found.thresholds))),
        *_without_ordered(method),
        *left_out,
        *(unfixed_covariates(table.levels, table.exogenous) if table.two_level and options.fixed_x else ()),
    )
    scaling = _normalization(wanted.extra.get("sampling_weights_normalization", "total"))
    design = Design(call["std_ov"], call["sampling_weights"], call["cluster"], found, notes, scaling)
    return Prepared(table, source, method, design)


def _method(wanted: Understood, levels: bool, ordinal: bool, rules: Rules) -> Method:
    """The method that the call asks for; with two levels the clusters are part of the model."""
    call = wanted.arguments
    if levels:
        check_levels(call, wanted.extra, ordinal)
    method = resolve_method(
        estimator=call["estimator"],
        missing=call["missing"],
        information=call["information"],
        se="robust.huber.white" if levels and not ordinal and call["se"] == "robust" else call["se"],
        test=call["test"],
        likelihood=call["likelihood"],
        clustered=call["cluster"] is not None and not levels,
        weighted=call["sampling_weights"] is not None,
        ordinal=ordinal,
        rules=rules,
        iv_mimic_ml=wanted.iv_mimic_ml,
        details=read_details(wanted.extra, wanted.mplus),
    )
    return level_method(method, call["information"]) if levels else method


def _opened(data: Any, wanted: Understood) -> Source:
    """The data, or matrices in their place, with the groups that are to be used."""
    call = wanted.arguments
    source = open_source(
        data, *(call[name] for name in ("group", "sample_cov", "sample_mean", "sample_nobs"))
    )
    source = replace(source, **_given(wanted, source))
    return select_groups(source, wanted.group_label) if wanted.group_label else source


def _given(wanted: Understood, source: Source) -> dict[str, Any]:
    """Moments in place of the data's, and what becomes of a covariance matrix."""
    sample_th, gamma, weight = (wanted.extra.get(name) for name in ("sample_th", "NACOV", "WLS_V"))
    if sample_th is not None and source.data is not None:
        raise ModelError("sample_th belongs to sample_cov; with data the thresholds are the data's")
    rescale = wanted.extra.get("sample_cov_rescale", "default")
    if rescale not in (True, False, "default"):
        raise ModelError(f"sample_cov_rescale={rescale!r}: expected True or False")
    return {
        "given": read_given(sample_th, gamma, weight, max(1, len(source.labels))),
        "rescale": None if rescale == "default" else bool(rescale),
    }


def _check_given(source: Source, method: Method) -> None:
    """Refuse matrices that the method would not look at."""
    if source.given.weight and method.discrepancy not in {"WLS", "DWLS"}:
        raise ModelError(f"WLS_V is the weight of WLS and DWLS; estimator={method.estimator!r} has its own")
    if not (source.given.weight or source.given.gamma):
        return
    if method.missing not in {"listwise", "pairwise"} or method.discrepancy == "IV":
        raise NotServedError(
            "NACOV and WLS_V are served with complete data, not with instruments; leave them out"
        )
    if method.se == "bootstrap" or method.test == "bollen.stine":
        raise ModelError("resamples have their own NACOV and WLS_V: leave these out, or the bootstrap")
    if (
        source.given.gamma
        and method.se not in {"robust.sem", "none"}
        and method.discrepancy not in {"WLS", "DWLS"}
    ):
        raise ModelError(
            f"se={method.se!r} with estimator={method.estimator!r} does not look at NACOV; use estimator='MLM', a "
            "least squares estimator, or leave it out"
        )


def _normalization(asked: Any) -> str:
    if asked not in ("total", "group", "none"):
        raise ModelError(f"sampling_weights_normalization={asked!r}: expected 'total', 'group' or 'none'")
    return str(asked)


def _check_composites(table: ParameterTable, method: Method) -> None:
    """Refuse weighted sums where no formula for them is served."""
    if table.blocks and method.discrepancy == "IV":
        raise NotServedError(
            f"composites ({', '.join(table.composites)}) with estimator='IV' are not served: a weighted sum has no "
            "indicator that stands for it; use estimator='ML' or 'MLR'"
        )
    if table.blocks and method.ordinal:
        raise NotServedError(
            f"composites ({', '.join(table.composites)}) of or beside ordinal variables are not served; analyse the "
            "codes as continuous (without ordered), or give composites=False for formative latent variables"
        )


def _check_instruments(table: ParameterTable, method: Method) -> None:
    named = next((row for row in table.parameters if row.op == "|~"), None)
    if named is not None and method.discrepancy != "IV":
        raise ModelError(
            f"{named.lhs} |~ {named.rhs} names an instrument, which estimator={method.estimator!r} would not use; "
            "give estimator='IV', or leave the |~ lines out"
        )


def read(table: ParameterTable, source: Source, method: Method, design: Design) -> Sample:
    """Sample moments of the table's variables, and what a reader must know about them."""
    sample = READERS[table.two_level, method.ordinal](source, table, method, design)
    by_scores = method.se.startswith("robust") or method.information == "first.order"
    notes = (
        *design.notes,
        *sample.warnings,
        *_few_cases(sample, table, method),
        *(_few_clusters(sample, table) if by_scores or not table.two_level else ()),
        *_shared_clusters(sample),
    )
    return replace(sample, warnings=notes)


def _free_blocks(asked: Mapping[str, bool], method: Method) -> bool:
    """Whether covariances of indicators of composites are parameters.

    Those of the sample are the estimates of ML with complete data; elsewhere errors and tests need the parameters.
    """
    plain = method.discrepancy == "ML" and method.missing == "listwise" and method.test in UNSCALED
    plain = plain and method.se in ("standard", "bootstrap", "none")
    if asked.get("composites_cov_free") is False and not plain:
        raise NotServedError(
            f"composites_cov_free=False with estimator={method.estimator!r}, missing={method.missing!r}, se="
            f"{method.se!r} is not served: only ML with complete data and standard errors takes the covariances within "
            "composites from the sample; leave it out"
        )
    return asked.get("composites_cov_free", False) or not plain


def _correlates(call: dict[str, Any], source: Source) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Auxiliary variables by both names; of those in `aux`, lavaan leaves out what has two values."""
    named = list_names(call["aux"], "aux")
    values = read_columns(source.data, named) if named and source.data is not None else np.zeros((0, 0))
    binary = [name for name, x in zip(named, values.T, strict=False) if len(np.unique(x[~np.isnan(x)])) < 3]
    extra = (*list_names(call["auxiliary"], "auxiliary"), *(name for name in named if name not in binary))
    if not binary:
        return extra, ()
    return extra, (
        f"aux: {', '.join(binary)} has two values and is left out, as in lavaan; auxiliary= keeps such a variable as a "
        "correlate with normal errors",
    )


def _without_ordered(method: Method) -> tuple[str, ...]:
    if method.ordinal or method.estimator not in CATEGORICAL:
        return ()
    return (
        f"estimator={method.estimator!r} without ordinal variables: all variables are analysed as continuous; name the "
        "ordinal ones in ordered=",
    )


def _few_cases(sample: Sample, table: ParameterTable, method: Method) -> tuple[str, ...]:
    """First-order information of a group has at most as many dimensions as the group has cases."""
    if method.information != "first.order" or table.two_level:
        return ()
    tied = {number for pair in table.simple_equalities for number in pair}
    owned = Counter(row.group for row in table.parameters if row.free and row.free not in tied)
    short = [
        f"{owned[place]} parameters{f' of group {place}' if table.n_groups > 1 else ''} and {part.n} cases"
        for place, part in enumerate(sample.moments, 1)
        if part.n <= owned[place]
    ]
    if not short:
        return ()
    return (
        f"{'; '.join(short)}: errors from casewise scores (first-order information) need more cases than parameters; "
        "those that they do not determine are left out",
    )


def _few_clusters(sample: Sample, table: ParameterTable) -> tuple[str, ...]:
    """The matrix behind cluster-robust errors has at most as many dimensions as there are clusters."""
    counts = [len(np.unique(part.cluster)) for part in sample.moments if part.cluster is not None]
    free = table.n_free - len(table.simple_equalities)
    if not counts or sum(counts) > free:
        return ()
    return (
        f"{sum(counts)} clusters for {free} free parameters: cluster-robust errors and tests need more clusters than "
        "parameters (better many times as many); do not rely on them",
    )


def _shared_clusters(sample: Sample) -> tuple[str, ...]:
    """Groups are taken as independent samples, which those that share clusters are not."""
    seen = [np.unique(part.cluster) for part in sample.moments if part.cluster is not None]
    shared = sum(map(len, seen)) - len(np.unique(np.concatenate(seen))) if len(seen) > 1 else 0
    if not shared:
        return ()
    return (
        f"{shared} clusters have cases in more than one group: errors and tests take groups as independent samples, "
        "which these are not; do not rely on comparisons of groups",
    )


def _meanstructure(asked: bool | None, method: Method, source: Source, cluster: str | None) -> bool | None:
    """Means are modelled with ordinal or incomplete data, clusters and given means; never with covariances alone."""
    if source.data is None and asked is None and not method.ordinal:
        return source.means[0] is not None
    return True if method.missing != "listwise" or method.ordinal or cluster else asked


def _coded(effect_coding: bool | str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(effect_coding, bool):
        return ("loadings", "intercepts") if effect_coding else ()
    return list_names(effect_coding, "effect_coding")
