"""The pages of docs/ whose examples run, as a reader would run them: block after block, in one session."""

from __future__ import annotations

import re
import warnings

from mlbc_stats.errors import MlbcWarning
from mlbc_stats.resources import PACKAGE

DOCS = PACKAGE.parent / "docs"


def examples(page: str) -> list[str]:
    """The blocks of Python of a page."""
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.S)


def run_page(page: str) -> None:
    """Run the blocks of a page; what they warn of is for its reader."""
    scope: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        for block in examples(page):
            exec(compile(block, f"docs/{page}", "exec"), scope)


PAGES_WITH_EXAMPLES = [
    name for name in (str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")) if examples(name)
]
