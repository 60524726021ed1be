"""Turn the bytes of an export into text, or say which encoding to ask for."""

from __future__ import annotations

import codecs
from pathlib import Path

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.files.limits import check_size

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNUSED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


def read_text(path: Path, encoding: str | None) -> str:
    """Decoded content of a file, without its byte-order mark.

    Without `encoding` a byte-order mark decides, else UTF-8 is required; nothing is guessed silently.

    Raises
    ------
    ResponseError
        when the file is missing, empty, a workbook or archive, or not in the encoding; a
        likely encoding is named.
    """
    data = _content(path)
    chosen = encoding or _marked(data) or "utf-8"
    try:
        text = data.decode(chosen)
    except LookupError:
        raise ResponseError(
            f"{path.name}: {chosen!r} is not the name of an encoding; common ones are utf-8, cp1252, utf-16"
        ) from None
    except UnicodeDecodeError as error:
        raise ResponseError(_undecodable(path, data, chosen, error)) from None
    if "\x00" in text:
        raise ResponseError(
            f"{path.name}: the text holds NUL characters, so it is not in {chosen}; "
            'try encoding="utf-16-le" (on the command line: --encoding utf-16-le)'
        )
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise ResponseError(_empty(path))
    return text


def _content(path: Path) -> bytes:
    try:
        check_size(path)
        data = path.read_bytes()
    except FileNotFoundError:
        raise ResponseError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ResponseError(f"{path}: is a folder; name the CSV file inside it") from None
    if not data.strip():
        raise ResponseError(_empty(path))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ResponseError(
            f"{path.name}: is a workbook or a zip archive, not CSV text; unpack it or export as CSV"
        )
    return data


def _empty(path: Path) -> str:
    return f"{path.name}: the file is empty; export the responses again"


def _marked(data: bytes) -> str | None:
    return next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), None)


def _undecodable(path: Path, data: bytes, chosen: str, error: UnicodeDecodeError) -> str:
    line = data.count(b"\n", 0, error.start) + 1
    likely = _likely(data)
    return (
        f"{path.name}, line {line}: byte 0x{data[error.start]:02x} is not {chosen}; "
        f"the file looks like {likely}. "
        f'Pass encoding="{likely}" (on the command line: --encoding {likely}) or save it as UTF-8'
    )


def likely_encoding(path: Path) -> str:
    """A guess at the encoding of a file that is not in UTF-8, to be looked at by whoever knows.

    Raises
    ------
    ResponseError
        when the file is missing, empty, or a workbook or archive.
    """
    return _likely(_content(path))


def _likely(data: bytes) -> str:
    """A guess, for the message only: zero bytes mean UTF-16, bytes that cp1252 leaves unused Mac Roman."""
    if data.count(0) > len(data) // 4:
        return "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return "mac_roman" if UNUSED_IN_CP1252.intersection(data) else "cp1252"
