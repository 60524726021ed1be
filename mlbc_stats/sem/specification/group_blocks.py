"""Give each group its statements: all of them, or those of its `group:` block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.language.parser import Statement
from mlbc_stats.sem.specification.roles import Roles, assign_roles


def split_groups(
    relations: list[Statement], labels: tuple[str, ...], roles: Roles
) -> list[tuple[list[Statement], Roles]]:
    """Statements and roles of each group.

    A block is named by the group's label or, where no label is meant, by its number. Statements outside of
    blocks hold in every group.

    Raises
    ------
    ModelError : a block names no group.
    NotServedError : groups whose blocks name different variables.
    """
    if all(s.group is None for s in relations):
        return [(relations, roles)] * len(labels)
    _check_names(relations, labels)
    groups = []
    for number, label in enumerate(labels, start=1):
        chosen = [s for s in relations if s.group is None or is_group(s.group, number, label, labels)]
        own = replace(assign_roles(chosen, bool(roles.blocks)), unit=roles.unit)
        missing = [name for name in roles.observed if name not in own.observed]
        if missing:
            raise NotServedError(
                f"group {label!r} leaves out {', '.join(missing)}; each group needs the same variables"
            )
        groups.append((chosen, own))
    return groups


def is_group(name: str | int, number: int, label: str, labels: tuple[str, ...]) -> bool:
    """Whether a block's name means the group with this number and label."""
    return str(name) == label if str(name) in labels else name == number


def _check_names(relations: list[Statement], labels: tuple[str, ...]) -> None:
    for statement in relations:
        name = statement.group
        if name is None or str(name) in labels or (isinstance(name, int) and 0 < name <= len(labels)):
            continue
        known = f"a number up to {len(labels)} or one of {', '.join(labels)}"
        remedy = f"expected {known}" if len(labels) > 1 else "was the group variable given?"
        raise ModelError(f"line {statement.line}: the data have no group {name!r}; {remedy}")


def shared_labels(statements: Sequence[Statement], n_groups: int) -> tuple[str, ...]:
    """A remark on labels written once for several groups, which hold the parameter equal over them; none without.

    Examples
    --------
    >>> from mlbc_stats.sem.language.parser import parse
    >>> shared_labels(parse("y ~ c(a, a)*x + c(b1, b2)*z"), 2), len(shared_labels(parse("y ~ a*x"), 2))
    ((), 1)
    """
    if n_groups < 2:
        return ()
    found = [
        f"{modifier.values[0]} ({statement.lhs} {statement.op} {statement.rhs or '1'})"
        for statement in statements
        if statement.group is None
        for modifier in statement.modifiers
        if modifier.kind == "label" and len(modifier.values) == 1
    ]
    if not found:
        return ()
    each = ", ".join(f"a{k}" for k in range(1, n_groups + 1))
    return (
        f"a single label in a model of {n_groups} groups holds the parameter equal over them: {', '.join(found)}; "
        f"write c({each})*x for one label per group, or c({', '.join('a' * n_groups)})*x to say that they are equal",
    )
