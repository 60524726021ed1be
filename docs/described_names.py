"""Docstrings of this package write ``name : what it is``; the site takes types from the code and that text as text."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

SECTION = re.compile(r"^(Parameters|Other Parameters|Attributes)\n-+\n((?:(?!^\w[\w ]*\n-+\n).*\n?)*)", re.M)
ENTRY = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*) : (.*)$")


class DescribedNames(Extension):
    """Rewrite the sections of a docstring that list names before they are read."""

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:
        """Each object with a docstring, as soon as it is loaded."""
        if obj.docstring:
            obj.docstring.value = described(obj.docstring.value)


def described(docstring: str) -> str:
    """The docstring with the text of each entry on a line of its own, and prose between entries before them."""
    return SECTION.sub(lambda found: _section(*found.groups()), docstring + "\n").rstrip()


def _section(title: str, body: str) -> str:
    entries: list[str] = []
    prose: list[str] = []
    into = entries
    for line in body.splitlines():
        if entry := ENTRY.match(line):
            into = entries
            names, text = entry[1].split(", "), f"    {entry[2]}"
            entries += [each for name in names[:-1] for each in (name, "    with the next.")] + [
                names[-1],
                text,
            ]
            continue
        if line and not line.startswith(" "):
            into = prose
        into.append(line)
    before = "\n".join(prose).strip()
    return (
        (f"{before}\n\n" if before else "") + f"{title}\n{'-' * len(title)}\n" + "\n".join(entries) + "\n\n"
    )
