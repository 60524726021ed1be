"""Read calls of functions from R text: names, first arguments and options."""

from __future__ import annotations

import re
from dataclasses import dataclass

FUNCTIONS = ("calibrate", "truthTable", "minimize", "pof", "superSubset")
START = re.compile(rf"(?:([\w.]+) *(?:=|<-) *)?\b({'|'.join(FUNCTIONS)})\(")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the name it is given, the function, arguments without and with a name (text, quotes taken off)."""

    name: str
    function: str
    plain: tuple[str, ...]
    options: dict[str, str]

    @property
    def first(self) -> str:
        return self.plain[0]

    @property
    def second(self) -> str:
        return self.plain[1]


def calls(text: str) -> list[Call]:
    """The calls of the functions that are known, in the order of the text."""
    return [_call(found, text) for found in START.finditer(text)]


def unquoted(text: str) -> str:
    """A text argument, or the entries of `c(...)` with commas."""
    inner = re.fullmatch(r"c\((.*)\)", text.strip(), re.S)
    return (inner[1] if inner else text).replace('"', "").strip()


def _call(found: re.Match[str], text: str) -> Call:
    arguments = _split(text[found.end() :])
    named = [re.match(r"^([A-Za-z][\w.]*) *= *(?!=)(.*)$", each, re.S) for each in arguments]
    options = {each[1]: unquoted(each[2]) for each in named if each}
    plain = tuple(each for each, name in zip(arguments, named, strict=True) if not name)
    return Call(found[1] or "", found[2], plain, options)


def _split(text: str) -> list[str]:
    """Arguments up to the bracket that closes."""
    depth, quoted, parts, start = 0, False, [], 0
    for place, character in enumerate(text):
        quoted ^= character == '"'
        if quoted:
            continue
        if character == ")" and depth == 0:
            parts.append(text[start:place].strip())
            return [part for part in parts if part]
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return parts
