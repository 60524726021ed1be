"""Turn the statements of one group into rows of the parameter table."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.language.modifiers import Entry, Modifier
from mlbc_stats.sem.language.parser import Statement
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.roles import Roles


class Row:
    """A parameter while the table is being built; `fixed` is None as long as it is free, or follows from others."""

    __slots__ = (
        "automatic",
        "derived",
        "efa",
        "equal",
        "exo",
        "fixed",
        "group",
        "label",
        "lhs",
        "lower",
        "op",
        "own_labels",
        "rhs",
        "slope",
        "start",
        "upper",
        "user",
    )

    def __init__(self, lhs: str, op: str, rhs: str, group: int, fixed: float | None = None) -> None:
        self.lhs, self.op, self.rhs, self.group, self.fixed = lhs, op, rhs, group, fixed
        self.start: float | None = None
        self.label = self.equal = self.efa = self.slope = ""
        self.exo = self.automatic = self.own_labels = self.derived = False
        self.user = 0
        self.lower, self.upper = -inf, inf


def user_rows(
    statements: Sequence[Statement], roles: Roles, options: ModelOptions, group: int, n_groups: int
) -> list[Row]:
    """Rows the user wrote, in the order written, for one group.

    Raises
    ------
    ModelError : a per-group modifier whose length is neither one nor the number of groups.
    """
    rows: list[Row] = []
    measured: dict[tuple[str, str], int] = {}
    for statement in statements:
        if statement.op == "=~" and statement.lhs in roles.slopes:  # names the slope, no parameter
            continue
        row = Row(statement.lhs, statement.op, statement.rhs, group)
        row.user = 1
        place = measured.get((row.lhs, row.op), 0)
        measured[row.lhs, row.op] = place + 1
        forced = apply_modifiers(row, statement, group, n_groups) if statement.modifiers else False
        if row.fixed is None and not forced:
            row.fixed = _identifying_value(row, place, roles, options)
        if row.op == "~~" and row.lhs == row.rhs and row.lhs in roles.blocks:
            row.fixed, row.derived = None, True
        rows.append(row)
    return rows


def apply_modifiers(row: Row, statement: Statement, group: int, n_groups: int) -> bool:
    """Write a statement's modifiers into its row; True when they declare the parameter free."""
    forced = False
    for modifier in statement.modifiers:
        value = _entry(modifier, statement, group, n_groups)
        kind = modifier.kind
        if kind == "free" or (kind == "fixed" and value is None):
            forced = True
        elif kind == "rv":
            row.slope, row.fixed = str(value), 0.0
        elif value is not None:
            setattr(row, kind, value)
        row.own_labels = row.own_labels or (kind == "label" and len(modifier.values) > 1)
    return forced and row.fixed is None


def _entry(modifier: Modifier, statement: Statement, group: int, n_groups: int) -> Entry:
    values = modifier.values
    if len(values) == 1:
        return values[0]
    if len(values) != n_groups:
        raise ModelError(
            f"line {statement.line}: {statement.lhs} {statement.op} {statement.rhs or '1'} has a modifier "
            f"for {len(values)} groups, but the model has {n_groups}; give one entry, or one per group"
        )
    return values[group - 1]


def _identifying_value(row: Row, place: int, roles: Roles, options: ModelOptions) -> float | None:
    """Value at which a parameter the user left open gives a latent variable its scale; zero for an instrument.

    As in lavaan, a starting value on such a parameter becomes the value it is fixed at.
    """
    if row.op == "|~":  # names an instrument, no parameter
        return 0.0
    if row.op == "=~":
        block = roles.efa.get(row.lhs)
        if block is not None and options.auto_efa:
            factors = [f for f in roles.efa if roles.efa[f] == block]
            return 0.0 if place < factors.index(row.lhs) else None
        if options.auto_fix_first and place == 0:
            return 1.0 if row.start is None else row.start
    elif row.op == "<~":
        if row.lhs in roles.blocks and row.lhs not in roles.unit and options.auto_fix_weight and place == 0:
            return 1.0 if row.start is None else row.start
    elif row.op == "~~" and row.lhs == row.rhs and row.lhs in roles.latent:
        scale = latent_scale(row.lhs, roles, options)
        return scale if scale is None or row.start is None else row.start
    return None


def latent_scale(name: str, roles: Roles, options: ModelOptions) -> float | None:
    """Variance of a latent variable where its scale comes from there, else None."""
    if name in roles.slopes:
        return None
    if options.std_lv or (options.auto_efa and name in roles.efa):
        return 1.0
    return None
