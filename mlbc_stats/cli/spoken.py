"""Say for a command what the library says for Python."""

from __future__ import annotations

import re
from collections.abc import Collection

ARGUMENT = re.compile(r"""\b([a-z][a-z_]*)=('[^']*'|"[^"]*"|True)((?:(?:,|,? or) (?:'[^']*'|"[^"]*"))*)""")
LIMIT = re.compile(r"\braise ([a-z]+_[a-z_]+)\b")


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


QUOTES = {ord("'"): None, ord('"'): None}


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
