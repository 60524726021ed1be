"""Put beside every id of a table what it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from mlbc_stats.report.tables.table import Table

WAYS = (
    ("=~", "{left}: {right}"),
    ("<~", "{left}: {right}"),
    ("~~", "{left} with {right}"),
    ("->", "{left} for {right}"),
    ("~", "{right} → {left}"),
)
"""Operator of lavaan's syntax → how a reader says it: ``y ~ x`` is a path from x to y, ``x -> y`` means y needs x."""
PATH = re.compile(r"\b(\w+)_on_(\w+)\b")
PRODUCT, GROUP = re.compile("_x_|:"), "__"
"""Between the parts of a product, and before the group that a path is of, in the name of a path."""
FEW = 3
"""From so many columns that are ids on, a note says what they stand for."""


def named(table: Table, names: Mapping[str, str]) -> Table:
    """The table with the name of each row's id below it, and the names of ids that head columns.

    A square table whose columns are its rows shows the columns by number. Columns that are explained already stay
    as they are.

    Examples
    --------
    >>> table = Table("Reliability", ("scale", "ω"), (("TC",), (0.9,)))
    >>> named(table, {"TC": "Temporal complexity"}).glosses[0]
    ('Temporal complexity',)
    """
    if not table.columns or not table.columns[0]:
        return table
    rows = tuple(str(value) for value in table.columns[0])
    if 0 not in table.glosses and table.formats[:1] in ((), ("text",), ("auto",)):
        found = tuple(meaning(row, names) for row in rows)
        if any(found):
            table = replace(table, glosses={**table.glosses, 0: found})
    if len(rows) >= FEW and table.header[1:] == rows:
        return replace(table, numbered=True)
    heads = [name for name in table.header[1:] if name in names]
    if len(heads) < FEW:
        return table
    note = "; ".join(f"{name}: {names[name]}" for name in heads) + "."
    return replace(table, notes=(*table.notes, note))


def meaning(text: str, names: Mapping[str, str]) -> str:
    """What an id, a list of ids or an expression in lavaan's syntax stands for; "" where none of it is known.

    Examples
    --------
    >>> meaning("aln_state ~ TC", {"aln_state": "Alignment", "TC": "Complexity"})
    'Complexity → Alignment'
    >>> meaning("a ~ x:z", {"a": "Alignment", "x": "Practice", "z": "Need"})
    'Practice × Need → Alignment'
    >>> meaning("ind := m_on_x*y_on_m", {"x": "Practice", "m": "Alignment", "y": "Capability"})
    'Practice → Alignment → Capability'
    >>> meaning("d := a_on_x_x_z - a_on_x__late", {"a": "Alignment", "x": "Practice", "z": "Need"})
    '[Practice × Need → Alignment] − [Practice → Alignment (late)]'
    >>> meaning("d := a_on_x__late/2", {"a": "Alignment", "x": "Practice", "__late": "in operation"})
    '[Practice → Alignment (in operation)]/2'
    >>> meaning("TC, CS", {"TC": "Complexity", "CS": "Sensitivity"})
    'Complexity, Sensitivity'
    """
    if text in names:
        return names[text]
    if ":=" in text:
        return _defined(text.split(":=", 1)[1].strip(), names)
    for operator, way in WAYS:
        left, found, right = (part.strip() for part in text.partition(f" {operator} "))
        if found and {*PRODUCT.split(left), *PRODUCT.split(right)} & set(names):
            return way.format(left=_spoken(left, names), right=_spoken(right, names))
    parts = text.split(", ")
    return ", ".join(names[part] for part in parts) if all(part in names for part in parts) else ""


def _defined(expression: str, names: Mapping[str, str]) -> str:
    """Paths one after the other where they are multiplied, else what is done with each path."""
    if not set("+-/(") & set(expression):
        return " × ".join(" → ".join(_spoken(step, names) for step in way) for way in _ways(expression))
    told = PATH.sub(lambda found: f"[{_path(found[1], found[2], names)}]", expression.replace("-", "−"))
    return told.replace("*", " × ")


def _path(target: str, source: str, names: Mapping[str, str]) -> str:
    source, _, group = source.partition(GROUP)
    of = f" ({names.get(GROUP + group, group)})" if group else ""
    return f"{_spoken(source, names)} → {_spoken(target, names)}{of}"


def _spoken(name: str, names: Mapping[str, str]) -> str:
    """A variable in words, of a product each part."""
    return names.get(name) or " × ".join(names.get(part, part) for part in PRODUCT.split(name))


def _ways(expression: str) -> list[list[str]]:
    """The paths that an expression of labels ``y_on_x`` multiplies, joined where one begins at another's end."""
    ways: list[list[str]] = []
    for target, source in PATH.findall(expression):
        if ways and ways[-1][-1] == source:
            ways[-1].append(target)
        else:
            ways.append([source, target])
    return ways
