"""What a summary says about data, method, tests and fit, as titled tables of raw values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.discrepancy.test_names import RESIDUAL, SCALED
from mlbc_stats.sem.estimation.audit import describe
from mlbc_stats.sem.inference.intraclass import intraclass
from mlbc_stats.sem.printing.advice import give_advice

if TYPE_CHECKING:
    from mlbc_stats.sem.inference.chi_square import ChiSquareTest
    from mlbc_stats.sem.results.fitted_model import FittedModel, Rotation


@dataclass(frozen=True, slots=True)
class Probability:
    """A p value among numbers of another kind."""

    value: float


WITHHELD = " The estimated factor is not positive or not determined: the test is withheld."
VARYING = (
    "No test of fit: the covariances of rows change with the covariates whose slopes vary between clusters, so that "
    "there are no unrestricted moments to compare the model with. Compare models by AIC, BIC or sem.compare."
)

UNSATURATED = "without unrestricted moments to compare with: χ², its indices and SRMR are withheld"

SRMR = {"srmr": "SRMR", "srmr_within": "  within clusters", "srmr_between": "  between clusters"}

SHOWN = 6
"""Values of one piece of advice that a summary shows."""

Value = str | float | int | tuple[float, float] | Probability | None
"""A cell before rounding: text, a number (whole ones are counts), an interval, a p value, or nothing."""

Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled table of a summary.

    Attributes
    ----------
    title : heading of the section.
    columns : headings of the columns, the first one of the names; empty when the section needs none.
    rows : one tuple per line, its first entry a name; a line with a name alone heads those below it.
    notes : sentences below the table.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def fit_sections(result: FittedModel, fit_measures: bool = True) -> tuple[Section, ...]:
    """Sections before the parameters: data, method, tests, fit indices where they are asked for."""
    measures = (
        {str(name): float(value) for name, value in result.fit_measures.items()} if fit_measures else {}
    )
    every = (
        data_section(result),
        method_section(result),
        test_section(result),
        instrument_section(result),
        *(_measured(measures, result.solution.varying) if measures else ()),
        cluster_section(result),
        advice_section(result),
    )
    return tuple(section for section in every if section.rows or section.notes)


def _measured(measures: Mapping[str, float], varying: bool) -> tuple[Section, ...]:
    """Baseline, indices and likelihood; without anything to compare with the likelihood alone."""
    likelihood = likelihood_section(measures, varying)
    return (likelihood,) if varying else (baseline_section(measures), index_section(measures), likelihood)


def data_section(result: FittedModel) -> Section:
    """Cases used and dropped, in total and by group; patterns of missing values."""
    moments, labels = result.moments, result.table.group_labels
    rows: list[Row] = [
        ("Cases analysed", result.nobs),
        ("Cases in the data", sum(each.n_original for each in moments)),
    ]
    dropped = sum(each.dropped for each in moments)
    if dropped:
        rows.append(("Rows left out (missing values)", dropped))
    if result.method.missing != "listwise" and not result.table.two_level:
        rows.append(("Patterns of missing values", sum(_patterns(each.raw) for each in moments)))
    if moments[0].cluster is not None:
        rows.append(
            (f"Clusters ({result.call['cluster']})", sum(_distinct(each.cluster) for each in moments))
        )
        rows += _cluster_sizes(result)
    if moments[0].weights is not None:
        rows.append(("Sampling weights", str(result.call["sampling_weights"])))
    if result.table.n_groups > 1:
        rows.append(("Cases by group",))
        rows += [(f"  {label}", n) for label, n in zip(labels, result.group_nobs, strict=True)]
    return Section("Data", (), tuple(rows))


def _cluster_sizes(result: FittedModel) -> list[Row]:
    """Smallest, average and largest cluster of a two-level model."""
    sizes = [each.cluster_sizes for each in result.moments if each.cluster_sizes is not None]
    if not sizes:
        return []
    every = np.concatenate(sizes)
    return [
        ("  rows of the smallest", int(every.min())),
        ("  on average", float(every.mean())),
        ("  rows of the largest", int(every.max())),
    ]


def cluster_section(result: FittedModel) -> Section:
    """Intraclass correlations and design effects of a two-level model; empty for one level."""
    title, columns = "Intraclass correlations", ("", "Within", "Between", "ICC", "Design effect")
    labels = result.table.group_labels
    rows = tuple(
        (
            f"{each.variable} (group {labels[each.group - 1]})" if len(labels) > 1 else each.variable,
            each.within,
            each.between,
            each.icc,
            each.design_effect,
        )
        for each in intraclass(result.moments)
    )
    return Section(title, columns, rows)


def method_section(result: FittedModel) -> Section:
    """Estimator, errors, treatment of missing values, optimizer and number of parameters."""
    method, rotation = result.method, result.rotation
    table = result.table if rotation is None else rotation.plan.before
    rows: list[Row] = [
        ("Estimator", method.estimator),
        *_discrepancy_row(method),
        *([("Ordinal variables", len(table.ordinal))] if table.ordinal else []),
        *([("Parameterization", table.parameterization)] if table.ordinal else []),
        ("Missing values", method.missing.replace("_", " ")),
        *([("Auxiliary variables", ", ".join(table.auxiliary))] if table.auxiliary else []),
        ("Standard errors", method.se),
        *_definition_errors(result),
        *_search_rows(result),
        *([("Solution", describe(result.audit, result.undetermined))] if result.audit else []),
        *([] if result.solution.saturated or result.solution.varying else [("Comparison", UNSATURATED)]),
        *([("Random slopes", ", ".join(result.table.random_slopes))] if result.solution.varying else []),
        ("Free parameters", table.n_free),
    ]
    if table.n_free != result.npar:
        rows.append(("Equality constraints", table.n_free - result.npar))
    if rotation is not None:
        rows += _rotation_rows(rotation)
    return Section("Method", (), tuple(rows))


def _definition_errors(result: FittedModel) -> list[Row]:
    """How errors of definitions were found, where there are any and the way is not the usual one."""
    how = result.function_errors
    if how.kind == "delta" or not any(row.op == ":=" for row in result.table.parameters):
        return []
    drawn = f"Monte Carlo, {how.draws} draws, seed {how.seed}"
    return [("Errors of definitions", drawn if how.kind == "monte_carlo" else "delta method, second order")]


def _discrepancy_row(method: Method) -> list[Row]:
    """What was minimized; nothing where equations were solved by instruments."""
    if method.discrepancy == "ML":
        return [("Likelihood", method.likelihood)]
    return [] if method.discrepancy == "IV" else [("Discrepancy", method.discrepancy)]


def _search_rows(result: FittedModel) -> list[Row]:
    """How the estimates were found."""
    if result.account:
        return list(result.account)
    return [
        ("Information", result.method.information),
        ("Optimizer", f"converged in {int(result.estimate.iterations)} iterations"),
    ]


def _rotation_rows(rotation: Rotation) -> list[Row]:
    """Criterion and local minima; factors of a rotated solution are only as sure as its minimum."""
    rows: list[Row] = [
        ("Rotation", f"{rotation.criterion} ({'orthogonal' if rotation.orthogonal else 'oblique'})")
    ]
    most = max(turn.optima for turn in rotation.turns)
    if most > 1:
        rows.append(("Local minima of the rotation", most))
    return rows


def test_section(result: FittedModel) -> Section:
    """χ² of the model: standard and, beside it, scaled, residual-based and others."""
    if result.solution.varying:
        return Section("Test of the model", (), (), (VARYING,))
    tests, saturated = result.tests, result.solution.saturated
    heads = ("Standard", *(_head(test) for test in tests[1:]))
    rows: list[Row] = [
        ("Test statistic", *(test.stat for test in tests)),
        ("Degrees of freedom", *(_count(test.df) for test in tests)),
        ("P value (chi-square)", *(Probability(test.pvalue) for test in tests)),
    ]
    for name, values in (
        ("Scaling factor", [test.scaling_factor for test in tests]),
        ("Shift", [test.shift for test in tests]),
    ):
        if not all(map(isnan, values)):
            rows.append((name, *(None if isnan(value) else value for value in values)))
    if result.table.n_groups > 1:
        rows.append(("Contribution of each group",))
        for g, label in enumerate(result.table.group_labels):
            parts = (test.group_stats[g] if test.group_stats else None for test in tests)
            rows.append((f"  {label}", *parts))
    notes = tuple(
        f"{head}: {test.label}.{WITHHELD if test.withheld and test.test in SCALED and saturated else ''}"
        for head, test in zip(heads[1:], tests[1:], strict=True)
    )
    return Section("Test of the model", ("", *heads) if notes else (), tuple(rows), notes)


def _head(test: ChiSquareTest) -> str:
    """What stands above a test beside the standard one."""
    if test.test in SCALED:
        return "Scaled"
    return "Residual" if test.test in RESIDUAL else test.test


def instrument_section(result: FittedModel) -> Section:
    """Instruments of each equation with their test; nothing without."""
    rows: list[Row] = []
    for each in result.equations:
        where = f" (group {result.table.group_labels[each.group - 1]})" if result.table.n_groups > 1 else ""
        name = f"{each.equation.lhs} on {' + '.join(each.equation.rhs)}{where}"
        named = ", ".join(each.instruments.names) + (" (named)" if each.instruments.type == "user" else "")
        rows.append((name, each.stat, each.df, Probability(each.pvalue), named))
    kind = "Browne's residual-based test" if result.method.ordinal else "Sargan's test"
    return (
        Section(
            "Instruments",
            ("", "Statistic", "df", "P value", "Instruments"),
            tuple(rows),
            (
                f"{kind}: a small p value speaks against the instruments of that equation, and so against the model.",
            ),
        )
        if rows
        else Section("Instruments", (), ())
    )


def baseline_section(measures: Mapping[str, float]) -> Section:
    """χ² of the independence model."""
    forms = [form for form in ("", "_scaled") if f"baseline_chisq{form}" in measures]
    rows: tuple[Row, ...] = (
        ("Test statistic", *(measures[f"baseline_chisq{form}"] for form in forms)),
        ("Degrees of freedom", *(_count(measures[f"baseline_df{form}"]) for form in forms)),
        ("P value", *(Probability(measures[f"baseline_pvalue{form}"]) for form in forms)),
    )
    columns = ("", "Standard", "Scaled") if len(forms) > 1 else ()
    return Section("Test of the baseline model (independence)", columns, rows)


def index_section(measures: Mapping[str, float]) -> Section:
    """CFI, TLI, RMSEA with its interval and close-fit test, SRMR, GFI: standard, scaled and robust."""
    forms = [form for form in ("", "_scaled", "_robust") if f"rmsea{form}" in measures]
    level = measures.get("rmsea_ci_level", 0.9)
    rows: tuple[Row, ...] = (
        ("CFI", *_across(measures, "cfi", forms)),
        ("TLI", *_across(measures, "tli", forms)),
        ("RMSEA", *_across(measures, "rmsea", forms)),
        (f"  {100 * level:g} % interval", *(_interval(measures, "rmsea", form) for form in forms)),
        ("  P (RMSEA <= 0.05)", *_probabilities(measures, "rmsea_pvalue", forms)),
        *(
            (text, measures[name], *(None for _ in forms[1:]))
            for name, text in SRMR.items()
            if name in measures
        ),
        ("GFI", *_across(measures, "gfi", forms)),
    )
    if "gfi_ci_lower" in measures:
        rows += (
            (f"  its {100 * level:g} % interval", *(_interval(measures, "gfi", form) for form in forms)),
        )
    columns = ("", "Standard", "Scaled", "Robust")[: len(forms) + 1] if len(forms) > 1 else ()
    return Section("Fit indices", columns, rows)


def likelihood_section(measures: Mapping[str, float], varying: bool = False) -> Section:
    """Log-likelihoods and information criteria; no rows for discrepancies without a likelihood.

    Of models with random slopes there is no saturated one.
    """
    names = {
        "logl": "Log-likelihood, this model",
        "unrestricted_logl": "Log-likelihood, saturated model",
        "aic": "AIC",
        "bic": "BIC",
        "bic2": "BIC, sample-size adjusted",
    }
    if varying:
        del names["unrestricted_logl"]
    rows = tuple((text, measures[name]) for name, text in names.items() if name in measures)
    return Section("Likelihood and information criteria", (), rows)


def advice_section(result: FittedModel) -> Section:
    """What to consider about categories and estimator, with the numbers and the source; empty without advice."""
    notes = []
    for each in give_advice(result):
        shown = ", ".join(f"{name}: {value:.3g}" for name, value in list(each.values.items())[:SHOWN])
        more = f" and {len(each.values) - SHOWN} more" if len(each.values) > SHOWN else ""
        source = f" [doi:{each.source}]" if each.source else ""
        notes.append(f"{each.text} ({shown}{more}){source}")
    return Section("Advice (nothing was changed because of it)", (), (), tuple(notes))


def _across(measures: Mapping[str, float], name: str, forms: Sequence[str]) -> list[float | None]:
    return [measures.get(name + form) for form in forms]


def _probabilities(measures: Mapping[str, float], name: str, forms: Sequence[str]) -> list[Value]:
    return [Probability(measures[name + form]) if name + form in measures else None for form in forms]


def _interval(measures: Mapping[str, float], name: str, form: str) -> Value:
    lower, upper = measures.get(f"{name}_ci_lower{form}"), measures.get(f"{name}_ci_upper{form}")
    return None if lower is None or upper is None else (lower, upper)


def _patterns(raw: NDArray[np.float64] | None) -> int:
    return 1 if raw is None else len(np.unique(np.isnan(raw), axis=0))


def _distinct(codes: NDArray[np.intp] | None) -> int:
    return 0 if codes is None else len(np.unique(codes))


def _count(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
