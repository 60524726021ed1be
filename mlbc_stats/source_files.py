"""Which files of this package a module rests on, by its imports, and one digest of what they do."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlbc_stats.resources import PACKAGE

NAME = PACKAGE.name
SCOPES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
INSIDE = (ast.stmt, ast.excepthandler, ast.match_case)


def source_digest(*modules: str) -> str:
    """SHA-256 over what the files that some modules rest on do: comments, docstrings and layout do not count.

    Examples
    --------
    >>> len(source_digest("mlbc_stats.errors"))
    64
    """
    found = hashlib.sha256()
    for path in source_files(*modules):
        found.update(path.relative_to(PACKAGE).as_posix().encode("utf-8") + b"\0")
        found.update(_read(path).deeds.encode("utf-8", "surrogateescape") + b"\0")
    return found.hexdigest()


def source_files(*modules: str) -> tuple[Path, ...]:
    """Files of the modules and of all that they import, near and far; templates stand with the modules beside them.

    A name taken from a room's front door, as ``from mlbc_stats.sem import fit`` or ``sem.fit`` do, counts as the file
    that holds it, so that a change in one corner of a room does not touch those who need another. What is imported for
    types alone does not count: nothing of it is carried out.

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


@dataclass(frozen=True, slots=True)
class Source:
    """What counts of one file.

    Attributes
    ----------
    imports : its imports, wherever they stand; those for types alone are left out.
    deeds : what it says to the machine: a module's syntax tree without docstrings, anything else as it stands.
    """

    imports: tuple[ast.Import | ast.ImportFrom, ...]
    deeds: str

    def taken(self, name: str) -> tuple[str, ...]:
        """Attributes that it takes from what it has under a name; none when it also passes that on whole."""
        taken = re.findall(rf"Attribute\(value=Name\(id='{name}', ctx=Load\(\)\), attr='(\w+)'", self.deeds)
        return tuple(dict.fromkeys(taken)) if len(taken) == self.deeds.count(f"Name(id='{name}',") else ()


@cache
def _read(path: Path) -> Source:
    if path.suffix != ".py":
        return Source((), path.read_text(encoding="utf-8", errors="surrogateescape"))
    tree = ast.parse(path.read_bytes())
    imports = tuple(_imports(tree))
    return Source(imports, ast.dump(tree))


def _imports(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports below a statement; docstrings are taken away on the way."""
    if isinstance(node, SCOPES):
        node.body = [each for each in node.body if not _is_text(each)]
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node
    for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    for child in ast.iter_child_nodes(node):
        if isinstance(child, INSIDE):
            below = tuple(_imports(child))
            yield from () if for_types else below


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@cache
def _imported(module: str) -> tuple[str, ...]:
    path = _path(module)
    if path is None:
        return ()
    source = _read(path)
    return tuple(found for node in source.imports for found in _targets(node, source))


def _targets(node: ast.Import | ast.ImportFrom, source: Source) -> Iterator[str]:
    """Modules behind the names of one import."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif (package := node.module or "").partition(".")[0] == NAME:
        for alias in node.names:
            whole = f"{package}.{alias.name}"
            if _path(whole) is None:
                yield _home(package, alias.name)
            else:
                yield from _parts(whole, source.taken(alias.asname or alias.name))


def _parts(module: str, taken: tuple[str, ...]) -> Iterator[str]:
    """The files of what is taken from a module, or all of it."""
    if not taken:
        yield module
    for attribute in taken:
        inner = f"{module}.{attribute}"
        yield inner if _path(inner) else _home(module, attribute)


@cache
def _home(package: str, name: str) -> str:
    """The module that a package takes a name from, or the package itself."""
    path = _path(package)
    if path is None or path.name != "__init__.py":
        return package
    for node in _read(path).imports:
        names = {alias.asname or alias.name: alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and name in names:
            inner = f"{node.module}.{names[name]}"
            return inner if _path(inner) else _home(node.module, names[name])
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


def _beside(path: Path) -> Iterator[Path]:
    """Templates in a folder beside a module."""
    folder = path.parent / "templates"
    if folder.is_dir():
        yield from (entry for entry in folder.iterdir() if entry.is_file())
