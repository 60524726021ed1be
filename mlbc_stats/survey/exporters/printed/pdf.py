"""The sheet as a PDF, set by typst."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def pdf_bytes(sheet: dict[str, Any]) -> bytes:
    """The template reads the sheet as data, so that no text is taken for markup."""
    import typst

    template = files("mlbc_stats.survey.exporters") / "templates" / "printable.typ"
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "sheet.json").write_text(json.dumps(sheet, ensure_ascii=False), encoding="utf-8")
        (place / "sheet.typ").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        return bytes(typst.compile(str(place / "sheet.typ"), ignore_system_fonts=True))
