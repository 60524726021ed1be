"""The documentation builds as a site without a warning, asks nothing of the network and shows every public name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlbc_stats.resources import PACKAGE

ROOT = PACKAGE.parent
LOADED = re.compile(
    r"""<(?:script|img|iframe)[^>]*\ssrc=["'](?:https?:)?//|<link[^>]*\shref=["'](?:https?:)?//"""
)
LOADED_BY_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built as `make docs` builds it but strictly and elsewhere."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return folder


@pytest.mark.slow
def test_no_page_asks_anything_of_the_network(site: Path) -> None:
    pages = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    assert len(pages) > 50
    assert [page for page, text in pages.items() if LOADED.search(text)] == []
    styles = {style: style.read_text(encoding="utf-8") for style in site.rglob("*.css")}
    assert styles and [style for style, text in styles.items() if LOADED_BY_STYLES.search(text)] == []


@pytest.mark.slow
def test_every_public_name_has_an_entry_on_the_page_of_its_room(site: Path) -> None:
    listed = re.findall(
        r"^\| `([\w.]+)\.(\w+)` \|", (ROOT / "docs/reference.md").read_text(encoding="utf-8"), re.M
    )
    pages = {room: (site / f"reference/{room}.html").read_text(encoding="utf-8") for room, _ in listed}
    assert [
        f"{room}.{name}" for room, name in listed if f'id="mlbc_stats.{room}.{name}"' not in pages[room]
    ] == []
