"""Read a YAML file safely into plain data that still knows its lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mlbc_stats.survey.yaml.finding import Finding
from mlbc_stats.survey.yaml.tree import Stop, Where, build_tree

MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class YamlFile:
    """Plain data of one file, the line of every value and what was wrong with the YAML itself.

    Attributes
    ----------
    file : the path as the user gave it.
    data : dicts, lists, str, int, float, bool and None; None when the file cannot be read.
    lines : 1-based line of every path of keys and positions.
    findings : broken syntax, encoding, duplicate keys, caps.
    """

    file: str
    data: Any
    lines: dict[Where, int]
    findings: tuple[Finding, ...]

    def line(self, path: Where) -> int:
        """Line of a path, or of its nearest ancestor that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def name(self, path: Where) -> str:
        """The id nearest above a path: which item, scale, construct or translated text it belongs to."""
        if len(path) > 1 and path[0] == "strings":
            return str(path[1])
        node, name = self.data, ""
        for step in path[:2]:
            node = _child(node, step)
            label = node.get("id", node.get("construct")) if isinstance(node, dict) else None
            name = label if isinstance(label, str) else name
        return name

    def finding(self, path: Where, message: str, severity: Any = "error") -> Finding:
        """A finding about the value at ``path``."""
        return Finding(self.file, self.line(path), self.name(path), message, severity)


def read_yaml(path: str | Path) -> YamlFile:
    """Read one YAML document; whatever is wrong becomes a finding with its line, never a crash.

    Duplicate keys, tags, encodings other than UTF-8, several documents and files beyond the caps on size,
    depth, aliases and values are findings. Plain scalars follow YAML 1.2: only ``true`` and ``false`` are
    booleans, so ``no`` is a language and ``on`` a word.

    Raises
    ------
    FileNotFoundError
        when there is no such file.

    Examples
    --------
    >>> from mlbc_stats.resources import resource
    >>> read_yaml(resource("instruments", "marker.yaml")).data["kind"]
    'instrument'
    """
    return _parsed(str(path), Path(path).read_bytes())


@lru_cache(maxsize=8)
def _parsed(name: str, content: bytes) -> YamlFile:
    """The file with this content; parsed once, since several instruments share one constructs file."""
    try:
        tree = build_tree(_decode(content))
    except Stop as stop:
        return YamlFile(name, None, {}, (Finding(name, stop.line, "", stop.problem),))
    bare = YamlFile(name, tree.data, tree.lines, ())
    findings = (Finding(name, line, bare.name(where), text) for where, line, text in tree.problems)
    return replace(bare, findings=tuple(findings))


def _decode(content: bytes) -> str:
    """UTF-8 text within the size cap, without its byte-order mark."""
    if len(content) > MAX_BYTES:
        raise Stop(1, f"the file has {len(content):,} bytes, more than the {MAX_BYTES:,} allowed; split it")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Stop(1, "the file is encoded in UTF-16, expected UTF-8; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        problem = (
            f"byte 0x{byte:02X} is not UTF-8 (the file may be Windows-1252 or Latin-1); save it as UTF-8"
        )
        raise Stop(line, problem) from None
    if not text.strip():
        raise Stop(1, "the file is empty")
    return text


def _child(node: Any, step: str | int) -> Any:
    """One step down, or None where there is nothing."""
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None
