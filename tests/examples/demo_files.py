"""The demonstration instrument as text, to be broken in one place by a test."""

from __future__ import annotations

from pathlib import Path

FILES = Path(__file__).parent / "files"
DEMO = FILES / "demo.yaml"


def broken_copy(folder: Path, old: str = "", new: str = "", file: str = "demo.yaml") -> Path:
    """A copy of the demonstration files in which the first ``old`` of one file is ``new``."""
    for source in FILES.glob("*.yaml"):
        text = source.read_text(encoding="utf-8")
        if source.name == file and old:
            assert old in text, f"{old!r} is not in {file}"
            text = text.replace(old, new, 1)
        (folder / source.name).write_text(text, encoding="utf-8")
    return folder / "demo.yaml"


def line_of(path: Path, text: str) -> int:
    """1-based line of the first occurrence of ``text``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
