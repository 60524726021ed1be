"""Files that are zip archives, such as those of Word, made the same byte by byte."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import UTC, datetime

TEXT, PICTURE = "word/document.xml", b"<wp:inline"
NO_SPACE = b' distT="0" distB="0" distL="0" distR="0"'
"""Around a picture in Word; where nothing is said, LibreOffice moves it by an eighth of an inch, over the margin."""


def moment() -> datetime:
    """Now in UTC, to the second; with ``SOURCE_DATE_EPOCH`` the moment that it names.

    Examples
    --------
    >>> moment().tzinfo is None
    True
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    found = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return found.replace(tzinfo=None, microsecond=0)


def settled(content: bytes) -> bytes:
    """The archive with every entry dated alike, in the order it had: the same entries give the same bytes.

    Pictures of a Word file stand flush with the text.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> with zipfile.ZipFile(stream, "w") as archive:
    ...     archive.writestr("a.txt", "x")
    >>> settled(stream.getvalue()) == settled(settled(stream.getvalue()))
    True
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            dated = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            dated.compress_type, dated.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(dated, _flush(old.read(entry)) if entry.filename == TEXT else old.read(entry))
    return stream.getvalue()


def _flush(text: bytes) -> bytes:
    return text.replace(PICTURE + NO_SPACE, PICTURE).replace(PICTURE, PICTURE + NO_SPACE)
