"""List the files that the stored numbers rest on, with their hashes and the versions that made them.

Run as `python -m tests.reference.manifest` after adding a case on purpose; a test compares it with the files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.reference.corpus import HERE, case_ids, load_case

VERSIONS = {"R": "4.2.2", "lavaan": "0.6-14", "semTools": "0.5-6", "psych": "2.2.9", "polycor": "0.8-1"}
FOLDERS = ("cases", "cases07", "data")


def build_manifest() -> dict[str, Any]:
    """Versions, the tolerance classes in use, and the SHA-256 of every case and data file."""
    classes = sorted({load_case(i).get("tolerance_class") or "tight" for i in case_ids()})
    files = sorted(path for folder in FOLDERS for path in (HERE / folder).iterdir())
    return {"versions": VERSIONS, "cases": len(case_ids()), "classes": classes, "sha256": _hashes(files)}


def _hashes(files: Iterable[Path]) -> dict[str, str]:
    # Line endings are normalized, so that a checkout on another system gives the same hash.
    texts = {path: path.read_bytes().replace(b"\r\n", b"\n") for path in files}
    return {
        path.relative_to(HERE).as_posix(): hashlib.sha256(text).hexdigest() for path, text in texts.items()
    }


if __name__ == "__main__":
    (HERE / "manifest.json").write_text(json.dumps(build_manifest(), indent=1) + "\n", encoding="utf-8")
