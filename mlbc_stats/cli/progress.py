"""How far a long call has come: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Told = Callable[[str, int, int], None]
"""What happens now, how many steps are done, and how many there are."""


@contextmanager
def steps(what: str = "starting") -> Iterator[Told | None]:
    """A bar whose words change with the step; it is gone when the call ends."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def report(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total)

        yield report


@contextmanager
def counting(what: str, wanted: bool = True) -> Iterator[Callable[[int, int], None] | None]:
    """The same for a call that counts its parts, under one name; nothing where it is not wanted."""
    if not wanted:
        yield None
        return
    with steps(what) as told:
        yield None if told is None else lambda done, total: told(what, done, total)
