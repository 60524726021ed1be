"""The parameter estimates of a summary, one section per kind of parameter and group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Any

from mlbc_stats.sem.printing.sections import Probability, Row, Section, Value
from mlbc_stats.sem.specification.levels import plain, shown
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import FittedModel

COLUMNS = ("", "Estimate", "Std.err", "z", "P(>|z|)", "95 % interval", "Std.lv", "Std.all")
RAW_COLUMNS = ("", "Last value")
BLOCKS = {
    "=~": "Latent variables",
    "<~": "Composites",
    "~": "Regressions",
    "~~": "Covariances",
    "~1": "Intercepts",
    "|": "Thresholds",
    "variance": "Variances",
    "~*~": "Scales",
}
LEVELS = {1: "level 1, within clusters", 2: "level 2, between clusters"}

BINDING = 1e-6
"""An inequality whose two sides are closer than this holds as an equality."""


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter with its numbers, as a row of `FittedModel.parameters_with_aux`."""

    parameter: Parameter
    numbers: Mapping[str, float]


def parameter_sections(result: FittedModel, standardized: bool = True) -> tuple[Section, ...]:
    """Estimates with errors, tests, intervals and, where asked for, standardized values."""
    sections = tuple(_sections(result.table, _lines(result), solved=True))
    return sections if standardized else tuple(_without_standardized(section) for section in sections)


def _without_standardized(section: Section) -> Section:
    if section.columns != COLUMNS:
        return section
    rows = tuple(row[:-2] if len(row) == len(COLUMNS) else row for row in section.rows)
    return replace(section, columns=COLUMNS[:-2], rows=rows)


def rsquare_sections(result: FittedModel) -> tuple[Section, ...]:
    """Explained shares of variance in one table, groups named where there are several."""
    shares = [(_explained(result.table, name), float(value)) for name, value in result.rsquare.items()]
    return (Section("R-square", ("", "Estimate"), tuple(shares)),) if shares else ()


def _explained(table: ParameterTable, key: Any) -> str:
    """A variable's name with its level and group, where there are several."""
    name, *places = key if isinstance(key, tuple) else (key,)
    words = [f"level {places.pop(0)}"] if table.two_level else []
    words += [f"group {places.pop(0)}"] if places else []
    return f"{name} ({', '.join(words)})" if words else str(name)


def raw_sections(result: FittedModel) -> tuple[Section, ...]:
    """The last values of an optimizer that did not converge: no errors, nothing standardized."""
    return tuple(_sections(result.table, _lines(result), solved=False))


def _lines(result: FittedModel) -> list[Line]:
    names = ("est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std_lv", "std_all")
    columns = {name: result.parameters_with_aux[name].tolist() for name in names}
    return [
        Line(row, {name: values[i] for name, values in columns.items()})
        for i, row in enumerate(result.table.parameters)
    ]


def _sections(table: ParameterTable, lines: Sequence[Line], solved: bool) -> Iterator[Section]:
    dotted = _endogenous(table)
    for group in range(1, table.n_groups + 1):
        own = [line for line in lines if line.parameter.group == group and _is_shown(line.parameter, table)]
        for level in sorted({line.parameter.level for line in own}):
            suffix = _suffix(table, group, level)
            for kind, title in BLOCKS.items():
                block = [
                    line for line in own if _kind(line.parameter) == kind and line.parameter.level == level
                ]
                if block:
                    rows = tuple(_block_rows(block, kind, dotted, solved))
                    yield Section(title + suffix, COLUMNS if solved else RAW_COLUMNS, rows)
    if not solved:
        return
    defined = [line for line in lines if line.parameter.op == ":="]
    if defined:
        yield Section(
            "Defined parameters", COLUMNS, tuple(_row(line, line.parameter.lhs) for line in defined)
        )
    constraints = tuple(_constraint(line) for line in lines if _is_written_constraint(line.parameter))
    if constraints:
        yield Section("Constraints", ("", "Left minus right", ""), constraints)


def _suffix(table: ParameterTable, group: int, level: int) -> str:
    """What a title says of group and level, where there are several."""
    words = [f"group {table.group_labels[group - 1]}"] if table.n_groups > 1 else []
    words += [LEVELS[level]] if level else []
    return f" ({', '.join(words)})" if words else ""


def notes(table: ParameterTable) -> tuple[str, ...]:
    """What a reader needs to read the parameter tables."""
    out = ["A dot before a name marks a residual variance, residual covariance or intercept."]
    if table.blocks:
        held = any(row.exo and row.lhs in table.block_of for row in table.parameters)
        source = "those of the sample and not listed" if held else "free of any structure"
        out.append(
            f"{', '.join(table.composites)}: weighted sums; the variance follows from the weights and from the "
            f"covariances of the indicators, which are {source}."
        )
    if table.random_slopes:
        out.append(
            f"{', '.join(table.random_slopes)}: slopes that vary between clusters, their means among the intercepts of "
            "level 2; standardized values and R-square of level 1 leave out what they explain."
        )
    if table.exogenous and any(row.exo for row in table.parameters):
        fixed = table.fixed_covariates
        names = ", ".join(shown(name) for name in table.exogenous if name in fixed)
        out.append(f"Moments of the fixed covariates ({names}) are those of the sample and not listed.")
    return tuple(out)


def _is_shown(parameter: Parameter, table: ParameterTable) -> bool:
    """Moments of covariates and of auxiliary variables are no part of the model, names of instruments no parameters."""
    return (
        not parameter.exo
        and parameter.op != "|~"
        and not {parameter.lhs, parameter.rhs} & set(table.auxiliary)
    )


def _kind(row: Parameter) -> str:
    return "variance" if row.op == "~~" and row.lhs == row.rhs else row.op


def _block_rows(block: Sequence[Line], kind: str, dotted: set[str], solved: bool) -> Iterator[Row]:
    """Lines of one kind: pairs under the name of their left side, single variables as they come."""
    head = ""
    for line in block:
        row = line.parameter
        mark = "." if row.lhs in dotted and kind in {"~~", "variance", "~1"} else ""
        if kind in {"variance", "~1", "~*~"}:
            yield _row(line, f"{mark}{plain(row.lhs)}", solved)
            continue
        if row.lhs != head:
            head = row.lhs
            yield (f"{mark}{plain(row.lhs)} {row.op}",)
        partner = "." if kind == "~~" and row.rhs in dotted else ""
        yield _row(line, f"  {partner}{plain(row.rhs)}", solved)


def _row(line: Line, name: str, solved: bool = True) -> Row:
    row, number = line.parameter, line.numbers
    shown = f"{name} ({row.label})" if row.label and row.op != ":=" else name
    if row.slope:
        return (f"{shown}: slope {row.slope}, see level 2",)
    if not solved:
        return shown, number["est"]
    if not row.free and row.op != ":=":
        nothing: tuple[Value, ...] = (None, None, None, None)
        return (shown, number["est"], *nothing, number["std_lv"], number["std_all"])
    return (
        shown,
        number["est"],
        "withheld" if isnan(number["se"]) else number["se"],
        number["z"],
        Probability(number["pvalue"]),
        (number["ci_lower"], number["ci_upper"]),
        number["std_lv"],
        number["std_all"],
    )


def _is_written_constraint(row: Parameter) -> bool:
    """Constraints of the model text; ties by label are seen at the labels themselves."""
    return row.op in {"==", "<", ">"} and row.user == 1


def _constraint(line: Line) -> Row:
    row, gap = line.parameter, line.numbers["est"]
    state = "" if row.op == "==" else "binds" if abs(gap) < BINDING else "does not bind"
    return f"{row.lhs} {row.op} {row.rhs}", gap, state


def _endogenous(table: ParameterTable) -> set[str]:
    """Variables with predictors or factors: what they keep is residual."""
    operators = {"=~", "~"} if table.blocks else {"=~", "~", "<~"}
    return {row.rhs if row.op == "=~" else row.lhs for row in table.parameters if row.op in operators}
