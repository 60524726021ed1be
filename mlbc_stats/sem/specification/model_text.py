"""Write a parameter table back to model syntax."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from math import inf

from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

Cell = tuple[Parameter, ...]  # the same parameter in each group written together

_NAME = re.compile(r"(?:[^\W\d]|\.(?!\d))[\w.]*")
_PLABEL = re.compile(r"\.p\d+\.")


def format_table(table: ParameterTable) -> str:
    """Model syntax in which nothing is left to defaults.

    Parsed and built with `kind="lavaan"` and the table's `fixed_x` and `meanstructure` (and the same meaning of
    composites), it gives the same free, fixed and equal parameters. Parameters held equal share a label; sample
    moments of covariates are left out because writing them would make the covariates random.

    Parameters
    ----------
    table : any parameter table.

    Returns
    -------
    text : one formula a line.

    Examples
    --------
    >>> from mlbc_stats.sem.specification.parameter_table import build_table
    >>> from mlbc_stats.sem.language.parser import parse
    >>> print(format_table(build_table(parse("f =~ x1 + x2 + a*x3; y ~ a*f"))))
    f =~ 1*x1 + x2 + a*x3
    y ~ a*f
    x1 ~~ x1
    x2 ~~ x2
    x3 ~~ x3
    y ~~ y
    f ~~ f
    """
    labels = _shared_labels(table)
    lines: list[str] = []
    for header, cells in _blocks(table):
        lines += [header] if header else []
        lines += _formulas(cells, labels)
    lines += _constraints(table, labels)
    return "\n".join(lines)


def _blocks(table: ParameterTable) -> list[tuple[str, list[Cell]]]:
    """Cells to write, side by side when all groups have the same rows, else under group headers."""
    unit = {p.lhs for p in table.parameters if not p.group}
    groups = [
        [
            _unit(p, unit)
            for p in table.parameters
            if p.group == group and not p.exo and _written(p, table, unit)
        ]
        for group in range(1, table.n_groups + 1)
    ]
    relations = [[(p.lhs, p.op, p.rhs) for p in rows] for rows in groups]
    if all(rows == relations[0] for rows in relations):
        return [("", list(zip(*groups, strict=True)))]
    return [(f"group: {at}", [(p,) for p in rows]) for at, rows in enumerate(groups, start=1)]


def _written(p: Parameter, table: ParameterTable, unit: set[str]) -> bool:
    """Covariances within composites cannot be written, nor their variances but where these are 1."""
    home = table.block_of
    if p.op != "~~" or p.lhs not in {*home, *table.composites}:
        return True
    return p.lhs not in home and (p.lhs != p.rhs or f"var({p.lhs})" in unit)


def _unit(p: Parameter, unit: set[str]) -> Parameter:
    return replace(p, fixed=1.0) if p.lhs == p.rhs and f"var({p.lhs})" in unit else p


def _formulas(cells: Sequence[Cell], labels: dict[str, str]) -> list[str]:
    lines = []
    for (lhs, op), members in groupby(cells, key=lambda cell: (cell[0].lhs, cell[0].op)):
        terms = [
            term for at, cell in enumerate(members) for term in _terms(cell, labels, op == "=~" and at == 0)
        ]
        efa = next((cell[0].efa for cell in cells if (cell[0].lhs, cell[0].op) == (lhs, op)), "")
        left = f'efa("{efa}")*{lhs}' if efa else lhs
        lines.append(f"{left} {'~' if op == '~1' else op} {' + '.join(terms)}")
    return lines


def _terms(cell: Cell, labels: dict[str, str], first_loading: bool) -> list[str]:
    """One mention of the variable per modifier."""
    head = cell[0]
    if head.op == "=~" and head.lhs == head.rhs:
        return ["0"]
    if head.op == "|~":
        return [head.rhs]
    variable = "1" if head.op == "~1" else head.rhs
    modifiers = [
        _vector([p.fixed for p in cell], _number),
        _vector([labels.get(p.plabel, p.label) or None for p in cell], _text),
        _call("start", [p.start if p.free else None for p in cell]),
        _call("lower", [p.lower if p.lower > -inf and p.free else None for p in cell]),
        _call("upper", [p.upper if p.upper < inf and p.free else None for p in cell]),
    ]
    written = [f"{modifier}*{variable}" for modifier in modifiers if modifier]
    if first_loading and not modifiers[0]:
        written.insert(0, f"NA*{variable}")
    return written or [variable]


def _call(name: str, values: Sequence[float | None]) -> str:
    inner = _vector(values, _number)
    return f"{name}({inner})" if inner else ""


def _vector(values: Sequence, write: Callable[..., str]) -> str:
    """`0.5`, `c(0.5, NA)`, or nothing when all are None."""
    if all(value is None for value in values):
        return ""
    if len(set(values)) == 1 and (len(values) == 1 or not isinstance(values[0], str)):
        return write(values[0])
    return f"c({', '.join('NA' if value is None else write(value) for value in values)})"


def _number(value: float) -> str:
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _text(label: str) -> str:
    return label if _NAME.fullmatch(label) and label != "NA" else f'label("{label}")'


def _constraints(table: ParameterTable, labels: dict[str, str]) -> list[str]:
    lines = []
    for p in table.parameters:
        if p.expression is None or p.lhs.startswith("var("):
            continue
        left, right = (
            _PLABEL.sub(lambda m: labels.get(m.group(), m.group()), side) for side in (p.lhs, p.rhs)
        )
        if p.op != "==" or left != right:
            lines.append(f"{left} {p.op} {right}")
    return lines


def _shared_labels(table: ParameterTable) -> dict[str, str]:
    """A label for each plabel that is tied to others or stands in a constraint."""
    used = {p.label for p in table.parameters}
    mentioned = {
        name for p in table.parameters if p.expression for name in _PLABEL.findall(f"{p.lhs} {p.rhs}")
    }
    shared = {}
    for members in _tied(table):
        if len(members) > 1 or members[0].plabel in mentioned:
            own = (p.label for p in members if _NAME.fullmatch(p.label) and not _PLABEL.fullmatch(p.label))
            label = next(own, "") or _unused(members[0].plabel, used)
            shared.update({p.plabel: label for p in members})
    return shared


def _tied(table: ParameterTable) -> list[list[Parameter]]:
    """Parameters in sets of those held equal by labels."""
    sets = {p.plabel: [p] for p in table.parameters if p.expression is None}
    for p in table.parameters:
        if p.op == "==" and p.user == 2 and _PLABEL.fullmatch(p.rhs) and sets[p.lhs] is not sets[p.rhs]:
            sets[p.lhs].extend(sets[p.rhs])
            for member in sets[p.rhs]:
                sets[member.plabel] = sets[p.lhs]
    return list({id(members): members for members in sets.values()}.values())


def _unused(plabel: str, used: set[str]) -> str:
    name = plabel.strip(".")
    while name in used:
        name += "_"
    return name
