"""The secret of a fielding, and what is derived from it: hashes of tokens, tokens of units."""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from mlbc_stats.errors import FieldError

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Digits and letters that nobody takes for another; LimeSurvey and Qualtrics accept them."""
TOKEN_LENGTH, UNIT_LENGTH, CASE_LENGTH = 20, 10, 10
"""Characters: a token of 20 has 99 bits of chance."""
KEY_LENGTH = 64
"""Hexadecimal digits of a key file: 256 bits."""


def new_token() -> str:
    """A token that cannot be guessed.

    Examples
    --------
    >>> len(new_token()), new_token() == new_token()
    (20, False)
    """
    return "".join(secrets.choice(LETTERS) for _ in range(TOKEN_LENGTH))


def new_case() -> str:
    """A random name of a case."""
    return "r" + "".join(secrets.choice(LETTERS) for _ in range(CASE_LENGTH))


def read_key(path: Path) -> bytes:
    """The key in a file; a file is made, for its owner only, where there is none.

    Raises
    ------
    FieldError : when the file holds no key, or other users can read it.
    """
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_LENGTH // 2) + "\n")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise FieldError(f"{path}: other users can read the key; run chmod 600 {path}")
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if len(text) != KEY_LENGTH or set(text) - set("0123456789abcdef"):
        raise FieldError(
            f"{path}: holds no key of {KEY_LENGTH} hexadecimal digits; take the file that was made"
        )
    return bytes.fromhex(text)


def hashed(key: bytes, purpose: str, text: str) -> str:
    """HMAC-SHA-256 of a text, in hexadecimal digits; another purpose gives another hash.

    Examples
    --------
    >>> hashed(b"k", "token", "a")[:8] == hashed(b"k", "unit", "a")[:8]
    False
    """
    return hmac.new(key, f"{purpose}:{text}".encode(), sha256).hexdigest()


def unit_token(key: bytes, unit: str) -> str:
    """The token of a unit: always the same under one key, and without the key no way back to the unit.

    Examples
    --------
    >>> unit_token(b"k", "S001") == unit_token(b"k", " S001 "), unit_token(b"k", "S002")[0]
    (True, 'u')
    """
    number = int(hashed(key, "unit", unit.strip()), 16)
    letters = []
    for _ in range(UNIT_LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "u" + "".join(letters)
