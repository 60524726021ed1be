"""Read the source of a manuscript: its settings, its text, and numbers that somebody typed into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML, YAMLError

from mlbc_stats.errors import StudyError

SOURCE = "paper.md.in"
FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
NOT_PROSE = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|`[^`\n]*`|\{[#.][^}\n]*\}|\]\([^)\n]*\)|https?://\S+|-?@[\w:.-]+", re.DOTALL
)
"""Placeholders, statements, code, attributes, addresses and citations."""
TYPED = re.compile(r"(?<![\w.@/–-])[−-]?\.?\d[\d.,]*(?:\s?%)?(?!\w)")
YEAR = re.compile(r"(?:19|20)\d\d\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a manuscript.

    Attributes
    ----------
    path : its file; title, authors, language : as its head says.
    results : folder of the results; bibliography, style : files of the references and of their style (CSL).
    tasks : folder of the scripts that make the results, None when there are none.
    body : the text after the head; lines : how many lines stand before it.
    """

    path: Path
    title: str
    results: Path
    bibliography: Path
    style: Path
    body: str
    lines: int
    authors: tuple[str, ...] = ()
    language: str = "en"
    tasks: Path | None = None

    @property
    def folder(self) -> Path:
        """Where the source stands."""
        return self.path.parent

    @property
    def target(self) -> Path:
        """Folder of the manuscript that is made."""
        return self.folder / "build"


def read_source(folder: Path) -> Source:
    """The source in a folder, ``paper.md.in``.

    Raises
    ------
    StudyError
        no such file, a head that is no YAML, or one without a title.
    """
    path = folder / SOURCE
    if not path.is_file():
        raise StudyError(f"{path}: no such source of a paper; start one with: mlbc paper new {folder}")
    text = path.read_text(encoding="utf-8")
    head = FRONT.match(text)
    try:
        said = YAML(typ="safe").load(head.group(1)) if head else None
    except YAMLError as error:
        raise StudyError(f"{path}: the head between the lines of --- is no YAML: {error}") from None
    if head is None or not isinstance(said, dict) or not said.get("title"):
        raise StudyError(f"{path}: expected a head between two lines of ---, with a title at least")
    return Source(
        path=path,
        title=str(said["title"]),
        results=folder / str(said.get("results", "../build")),
        bibliography=folder / str(said.get("bibliography", "refs.bib")),
        style=folder / str(said.get("style", "apa.csl")),
        body=text[head.end() :],
        lines=text[: head.end()].count("\n"),
        authors=tuple(map(str, said.get("authors") or ())),
        language=str(said.get("language", "en")),
        tasks=folder / str(said["tasks"]) if said.get("tasks") else None,
    )


def typed_numbers(body: str, before: int = 0) -> Iterator[tuple[int, str]]:
    """Line and text of every number in the prose that no placeholder gives; years are left alone.

    Parameters
    ----------
    before : lines that stand before the body in its file.

    Examples
    --------
    >>> list(typed_numbers("In 2023 we asked {{ n }} people,\\nand 45% answered M1."))
    [(2, '45%')]
    """
    hidden = NOT_PROSE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), body)
    for number, line in enumerate(hidden.split("\n"), before + 1):
        for found in TYPED.finditer(line):
            text = found.group().rstrip(".,")
            ordered = re.match(r"\s*\d+\.\s", line) is not None and found.start() == len(line) - len(
                line.lstrip()
            )
            if not YEAR.match(text) and not ordered:
                yield number, text


def refuse_typed(source: Source) -> None:
    """StudyError that lists the numbers typed into a source, with their lines."""
    found = list(typed_numbers(source.body, source.lines))
    if found:
        told = ", ".join(f"line {line}: {text}" for line, text in found[:8])
        raise StudyError(
            f"{source.path}: {len(found)} numbers are typed into the text ({told}); take them from the results, "
            'as {{ results.sample.flow["kept"]["cases"] | count }}, or say why with {{ typed("5,000", "reason") }}'
        )
