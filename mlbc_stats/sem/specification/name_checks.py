"""Check that a model's variables are in the data and its labels in the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from mlbc_stats.errors import ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.sem.language.parser import Statement
from mlbc_stats.sem.specification.roles import Roles


class Labelled(Protocol):
    """A row with a label."""

    @property
    def label(self) -> str: ...

    @property
    def plabel(self) -> str: ...


def list_names(given: Any, argument: str) -> tuple[str, ...]:
    """Names that a user gave as one text, or as any collection of texts (list, Index, array, generator).

    Raises
    ------
    ModelError : for anything else; the message names the argument.

    Examples
    --------
    >>> list_names("x1", "ordered"), list_names((name for name in ("x1", "x2")), "ordered")
    (('x1',), ('x1', 'x2'))
    """
    if given is None:
        return ()
    if isinstance(given, str):
        return (str(given),)
    names = tuple(given) if isinstance(given, Iterable) else (given,)
    wrong = [name for name in names if not isinstance(name, str)]
    if wrong:
        raise ModelError(
            f"{argument} holds {wrong[0]!r}; expected names as text, such as {argument}=['x1', 'x2']"
        )
    return tuple(map(str, names))


def check_variables(statements: Sequence[Statement], roles: Roles, data_names: Sequence[str] | None) -> None:
    """Refuse observed variables and instruments that the data lack, and latent variables that the data hold.

    Raises
    ------
    ModelError : names every such variable, its line, and the nearest column names.
    """
    if data_names is None:
        return
    columns = set(data_names)
    instruments = dict.fromkeys(s.rhs for s in statements if s.op == "|~" and s.rhs not in roles.observed)
    unknown = [name for name in (*roles.observed, *instruments) if name not in columns]
    if unknown:
        known = [*data_names, *roles.latent]
        lines = [_unknown(name, statements, known) for name in unknown]
        raise ModelError("the data have no column for\n  " + "\n  ".join(lines))
    shared = [name for name in roles.latent if name in columns]
    if shared:
        where = _line(shared[0], statements)
        raise ModelError(
            f"line {where}: {', '.join(shared)} is defined as a latent variable but is also a column of the "
            "data; rename one of the two"
        )


def check_labels(constraints: Sequence[Statement], parameters: Sequence[Labelled]) -> None:
    """Refuse labels in `:=`, `==`, `<`, `>` that nothing bears.

    Raises
    ------
    ModelError : with the label, the line and the nearest labels.
    """
    if not constraints:
        return
    labels = {p.label for p in parameters} | {p.plabel for p in parameters}
    labels |= {s.lhs for s in constraints if s.op == ":="} | {"pi"}
    for statement in constraints:
        names = statement.expression.names if statement.expression else ()
        for name in names:
            if name not in labels:
                own = [label for label in labels if not label.startswith(".p")]
                raise ModelError(
                    f"line {statement.line}: no parameter is labelled {name!r} "
                    f"(in {statement.lhs} {statement.op} {statement.rhs}){did_you_mean(name, own)}"
                )


def _unknown(name: str, statements: Sequence[Statement], known: Sequence[str]) -> str:
    hint = (
        "; estimate this product by interactions='lms', 'qml' or 'product', or add it to the data as a column"
        if ":" in name
        else did_you_mean(name, known)
    )
    return f"{name} (line {_line(name, statements)}){hint}"


def _line(name: str, statements: Sequence[Statement]) -> int:
    return next((s.line for s in statements if name in (s.lhs, s.rhs)), 0)
