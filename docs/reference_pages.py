"""Write one page of reference a room, from its docstrings, while mkdocs builds the site; none of them is stored."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROW = re.compile(r"^\| (`([\w.]+)\.(\w+)`) \|", re.M)
LISTED = Path(__file__).with_name("reference.md")
WHOLE_ROOM = "::: mlbc_stats.{room}\n    options: {{members: false, show_root_heading: false}}\n"
ONE_NAME = "::: mlbc_stats.{room}.{name}\n"


def public_names() -> dict[str, list[str]]:
    """Room → its public names, both in the order of docs/reference.md."""
    named = [(found[2], found[3]) for found in ROW.finditer(LISTED.read_text(encoding="utf-8"))]
    return {room: [name for place, name in named if place == room] for room, _ in named}


def page(room: str, names: list[str]) -> str:
    """What the room is, then its functions, then the classes that they take and give."""
    functions = [name for name in names if name.islower()]
    classes = [name for name in names if not name.islower()]
    text = f"# {room}\n\n{WHOLE_ROOM.format(room=room)}"
    for heading, part in (("Functions", functions), ("Results and other classes", classes)):
        blocks = "\n".join(ONE_NAME.format(room=room, name=name) for name in part)
        text += f"\n## {heading}\n\n{blocks}" if part else ""
    return text


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Each room has an entry below the list of public names."""
    (reference,) = (part["Reference"] for part in config.nav or [] if "Reference" in part)
    reference += [{room: f"reference/{room}.md"} for room in sorted(public_names())]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Each room has its page."""
    for room, names in public_names().items():
        files.append(File.generated(config, f"reference/{room}.md", content=page(room, names)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Each name in the list of public names leads to its entry."""
    if page.file.src_uri != LISTED.name:
        return markdown
    return ROW.sub(r"| [\1](reference/\2.md#mlbc_stats.\2.\3) |", markdown)
