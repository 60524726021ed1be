"""Which files of this package a module rests on, by its imports, and one digest of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mlbc_stats.resources import PACKAGE

NAME = PACKAGE.name
IMPORT = re.compile(
    rf"^\s*(?:from ({NAME}[\w.]*) import (\([^)]*\)|[^\n]*)|import ({NAME}[\w.]*))", re.MULTILINE
)


def source_digest(*modules: str) -> str:
    """SHA-256 over the files that some modules rest on: it changes when one of them does, and only then.

    Examples
    --------
    >>> len(source_digest("mlbc_stats.errors"))
    64
    """
    found = hashlib.sha256()
    for path in source_files(*modules):
        found.update(path.relative_to(PACKAGE).as_posix().encode("utf-8") + b"\0" + _bytes(path) + b"\0")
    return found.hexdigest()


def source_files(*modules: str) -> tuple[Path, ...]:
    """Files of the modules and of all that they import, near and far; templates stand with the modules beside them.

    A name taken from a room's front door counts as the file that holds it, so that a change in one corner of a room
    does not touch those who need another.

    Examples
    --------
    >>> [path.name for path in source_files("mlbc_stats.errors")]
    ['errors.py']
    """
    seen: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in seen and _path(module) is not None:
            seen.add(module)
            waiting += _imported(module)
    files = {path for module in seen if (path := _path(module)) is not None}
    return tuple(sorted(files | {other for path in files for other in _beside(path)}))


@cache
def _imported(module: str) -> tuple[str, ...]:
    path = _path(module)
    text = _bytes(path).decode("utf-8") if path else ""
    return tuple(name for found in IMPORT.finditer(text) for name in _targets(*found.groups()))


def _targets(source: str | None, names: str | None, whole: str | None) -> Iterator[str]:
    if whole or source is None:
        yield whole or ""
        return
    for part in re.sub(r"#[^\n]*", "", names or "").strip("()\n ").split(","):
        name = part.split(" as ")[0].strip()
        if name:
            yield f"{source}.{name}" if _path(f"{source}.{name}") else _home(source, name)


def _home(package: str, name: str) -> str:
    """The module that a package takes a name from, or the package itself."""
    path = _path(package)
    if path is None or path.name != "__init__.py":
        return package
    for source, names, _ in IMPORT.findall(_bytes(path).decode("utf-8")):
        if re.search(rf"\b{re.escape(name)}\b", names):
            return f"{source}.{name}" if _path(f"{source}.{name}") else _home(source, name)
    return package


@cache
def _path(module: str) -> Path | None:
    parts = module.split(".")
    if parts[0] != NAME:
        return None
    stem = PACKAGE.joinpath(*parts[1:])
    for path in (stem.with_suffix(".py"), stem / "__init__.py"):
        if path.is_file():
            return path
    return None


@cache
def _bytes(path: Path) -> bytes:
    return path.read_bytes()


def _beside(path: Path) -> Iterator[Path]:
    """Templates in a folder beside a module."""
    folder = path.parent / "templates"
    if folder.is_dir():
        yield from (entry for entry in folder.iterdir() if entry.is_file())
