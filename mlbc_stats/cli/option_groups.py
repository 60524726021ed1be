"""Groups of options: a dataclass in a command's signature stands for the options that are its fields."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_type_hints


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """The command as typer reads it: every parameter that is a dataclass gives way to its fields, in their order.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Reading:
    ...     encoding: str = "utf-8"
    >>> def read(path: str, reading: Reading) -> None:
    ...     print(path, reading)
    >>> list(inspect.signature(grouped(read)).parameters)
    ['path', 'encoding']
    >>> grouped(read)(path="a.csv", encoding="cp1252")
    a.csv Reading(encoding='cp1252')
    """
    signature = inspect.signature(command, eval_str=True)
    groups = {name: each.annotation for name, each in signature.parameters.items() if _is_group(each)}

    @functools.wraps(command)
    def spread(**given: Any) -> None:
        gathered = {
            name: group(**{each.name: given.pop(each.name) for each in fields(group)})
            for name, group in groups.items()
        }
        command(**given, **gathered)

    flat = [part for each in signature.parameters.values() for part in _parts(each)]
    spread.__signature__ = signature.replace(parameters=flat)  # type: ignore[attr-defined]
    spread.__annotations__ = {each.name: each.annotation for each in flat}
    return spread


def _is_group(parameter: inspect.Parameter) -> bool:
    return is_dataclass(parameter.annotation)


def _parts(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """The parameter itself, or one for each field of a group."""
    if not _is_group(parameter):
        yield parameter
        return
    hints = get_type_hints(parameter.annotation, include_extras=True)
    for each in fields(parameter.annotation):
        default = inspect.Parameter.empty if each.default is MISSING else each.default
        yield inspect.Parameter(each.name, parameter.kind, default=default, annotation=hints[each.name])
