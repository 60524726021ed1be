"""Start a manuscript of one's own: the source with its placeholders, the references and their style."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from mlbc_stats.errors import StudyError
from mlbc_stats.resources import resource
from mlbc_stats.study.paper.source import SOURCE

FILES = (SOURCE, "refs.bib", "apa.csl")


def new_paper(folder: str | Path, results: str | Path = "build", title: str = "") -> Path:
    """Write ``paper.md.in``, ``refs.bib`` and ``apa.csl`` into a folder and return the first.

    Parameters
    ----------
    folder : made when missing; nothing in it is overwritten.
    results : folder of the results that the placeholders read, as seen from the working directory.
    title : of the manuscript; to be filled in when left out.

    Raises
    ------
    StudyError
        when one of the files is there already.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     new_paper(Path(place) / "manuscript").name
    'paper.md.in'
    """
    place = Path(folder)
    there = [name for name in FILES if (place / name).exists()]
    if there:
        raise StudyError(f"{place}: {', '.join(there)} is there already and stays; choose another folder")
    place.mkdir(parents=True, exist_ok=True)
    for name in FILES[1:]:
        shutil.copyfile(resource("paper", name), place / name)
    source = place / SOURCE
    source.write_text(_own_head(place, Path(results), title), encoding="utf-8", newline="\n")
    return source


def _own_head(place: Path, results: Path, title: str) -> str:
    """The shipped source with a head for somebody else's study."""
    text = resource("paper", SOURCE).read_text(encoding="utf-8")
    found = Path(os.path.relpath(results.resolve(), place.resolve())).as_posix()
    name = (title or "Title of the paper").replace('"', "'")
    head = (
        f'---\ntitle: "{name}"\nauthors:\n  - Name of the first author\nresults: "{found}"\n'
        "bibliography: refs.bib\nstyle: apa.csl\nlanguage: en\n---\n"
    )
    return re.sub(r"\A---\n.*?\n---\n", lambda _: head, text, count=1, flags=re.DOTALL)
