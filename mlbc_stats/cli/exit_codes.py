"""Turn what goes wrong in a command into a message and an honest exit code."""

from __future__ import annotations

import functools
import inspect
import re
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer

from mlbc_stats.cli.stopped import INTERRUPTED, MESSAGE
from mlbc_stats.errors import MlbcError, MlbcWarning

OK, NOT_TRUSTWORTHY, BAD_INPUT = 0, 1, 2

ARGUMENT = re.compile(r"""\b([a-z][a-z_]*)=('[^']*'|"[^"]*"|True)((?:(?:,|,? or) (?:'[^']*'|"[^"]*"))*)""")
LIMIT = re.compile(r"\braise ([a-z]+_[a-z_]+)\b")
QUOTES = {ord("'"): None, ord('"'): None}

P = ParamSpec("P")
R = TypeVar("R")


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """A command that never ends in a traceback for what a user can mend.

    Exit codes: 0 all is well, 1 the analysis ran but its result cannot be trusted, 2 bad input or usage, 130
    stopped by Ctrl-C. Warnings of this package go to stderr, one line each.
    """

    parameters = frozenset(inspect.signature(command).parameters)

    @functools.wraps(command)
    def guard(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with _spoken_warnings(parameters):
                return command(*args, **kwargs)
        except MlbcError as error:
            raise complain(f"{spoken(str(error), parameters)}{_all_findings(error)}", BAD_INPUT) from None
        except BrokenPipeError:  # the reader, such as head, has seen enough
            raise
        except OSError as error:
            raise complain(
                f"{error.filename or error}: {error.strerror or 'cannot be read'}", BAD_INPUT
            ) from None
        except KeyboardInterrupt:
            raise complain(MESSAGE, INTERRUPTED) from None

    return guard


def _all_findings(error: MlbcError) -> str:
    """Where all findings are written when a message names only some of them."""
    findings = [str(finding) for finding in getattr(error, "findings", ())]
    if len(findings) < 2 or findings[-1] in str(error):
        return ""
    place = Path("findings.txt")
    number = 1
    while place.exists():
        number += 1
        place = Path(f"findings-{number}.txt")
    try:
        place.write_text("\n".join(findings) + "\n", encoding="utf-8")
    except OSError:
        return ""
    return f"\nall of them are in {place}"


def complain(message: str, code: int) -> typer.Exit:
    """Print a message to stderr; the exception that ends the command with ``code``."""
    say(f"error: {message}" if code == BAD_INPUT else message)
    return typer.Exit(code)


def say(message: str) -> None:
    """One message to stderr, where it does not disturb output that is read by a program."""
    typer.echo(message, err=True)


@contextmanager
def _spoken_warnings(parameters: Collection[str]) -> Iterator[None]:
    """Print this package's warnings as plain lines instead of Python's two with a path."""
    shown: set[str] = set()

    def show(message: Warning | str, category: type[Warning], *_: object) -> None:
        text = f"warning: {spoken(str(message), parameters)}"
        if issubclass(category, MlbcWarning) and text not in shown:
            shown.add(text)
            say(text)

    with warnings.catch_warnings():
        warnings.simplefilter("always", MlbcWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield


def spoken(text: str, parameters: Collection[str]) -> str:
    """Arguments of functions as options of a command; what the command has no option for stays as it is.

    Parameters
    ----------
    text : a message of the library.
    parameters : of the command.

    Examples
    --------
    >>> spoken("use missing='pairwise' or 'fiml', or raise max_iter", {"missing", "max_iter"})
    'use --missing pairwise or fiml, or raise --max-iter'
    >>> spoken("use missing='pairwise'", {"items"})
    "use missing='pairwise'"
    """

    def argument(found: re.Match[str]) -> str:
        name, value, others = found.groups()
        if name not in parameters:
            return found[0]
        return f"{_option(name)}{'' if value == 'True' else f' {value}'}{others}".translate(QUOTES)

    def limit(found: re.Match[str]) -> str:
        return f"raise {_option(found[1])}" if found[1] in parameters else found[0]

    return LIMIT.sub(limit, ARGUMENT.sub(argument, text))


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
