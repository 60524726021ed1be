"""Write the table of the paper's exhibits into the README, from paper/exhibits.csv.

python docs/exhibits.py
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKED = re.compile(r"(<!-- exhibits -->\n).*?(<!-- /exhibits -->)", re.DOTALL)


def table() -> str:
    """The exhibits in Markdown: what, its file below ``build/``, the task that makes it."""
    with (ROOT / "paper" / "exhibits.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    lines = [
        f"| {row['exhibit']} | {row['title']} | {code(row['file'])} | {code(row['task'])} |" for row in rows
    ]
    return "\n".join(["| exhibit | shows | file in `build/` | task |", "|---|---|---|---|", *lines, ""])


def code(text: str) -> str:
    return f"`{text}`" if text else "the paper itself"


def updated(page: str) -> str:
    """The README with the table of today."""
    return MARKED.sub(lambda found: found.group(1) + table() + found.group(2), page)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(updated(readme.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
