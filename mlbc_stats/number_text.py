"""Read numbers that people and programs wrote as text, and say where one text is two numbers.

A text such as ``1,540`` is 1540 with a thousands mark or 1.54 with a decimal comma. The other cells of its column
decide, then those of its file; where none does, it stays two numbers and the reader refuses it. Every reader of
files and tables reads through `Convention`, so that a number means the same wherever it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

MISSING = frozenset({"", "NA", "NaN", "nan", "N/A", "."})
"""Texts that stand for a missing value in tables."""
MARKS = (".", ",")
"""Marks that may stand before decimals."""
PLAIN = re.compile(r"[+-]?\d+")
EXPONENT = r"(?P<exponent>[eE][+-]?\d+)?"
WHOLE = r"(?P<whole>\d*)"
GROUPS = r"(?P<whole>[1-9]\d{{0,2}}(?P<between>[{marks}' ])\d{{3}}(?:(?P=between)\d{{3}})*)"
FULL_WIDTH = range(0xFF01, 0xFF5F)
SAME = str.maketrans({"\N{MINUS SIGN}": "-", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})


def _forms(mark: str, other: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A number by the mark before its decimals: without thousands marks, and with them."""
    fraction = r"\d*" if mark == "." else r"\d+"  # 5. is a number, 5, is not
    decimals = rf"(?:{re.escape(mark)}(?P<decimals>{fraction}))?"
    grouped = GROUPS.format(marks=re.escape(other))
    return re.compile(rf"[+-]?{WHOLE}{decimals}{EXPONENT}"), re.compile(rf"[+-]?{grouped}{decimals}")


FORMS = {".": _forms(".", ","), ",": _forms(",", ".")}


@dataclass(frozen=True, slots=True)
class Convention:
    """How the numbers of one column are written, as far as anything tells.

    Attributes
    ----------
    given : the mark before decimals that the user named ("." or ","), or None.
    column : marks that other cells of the column show, as `find_marks` finds them.
    file : marks that other columns of the file show.

    Examples
    --------
    >>> Convention().read("3,5"), Convention().read("1,540"), Convention().read("3_3.3")
    ((3.5,), (1540.0, 1.54), ())
    >>> Convention(column=find_marks(["3,5", "1,540"])).read("1,540")
    (1.54,)
    >>> Convention(given=".").read("1,540")
    (1540.0,)
    """

    given: str | None = None
    column: frozenset[str] = frozenset()
    file: frozenset[str] = frozenset()

    def read(self, cell: str) -> tuple[float, ...]:
        """The number a cell holds; two when nothing decides between them, none when it is no number.

        A point stands before decimals unless something speaks for the comma.
        """
        point, comma = _readings(cell)
        if self.given:
            return _held(point if self.given == "." else comma)
        if point is None or comma is None or point == comma:
            return _held(comma if point is None else point)
        if self.column:
            return self._decided(self.column, point, comma)
        if abs(point) > abs(comma):  # 1,540
            return self._decided(self.file, point, comma)
        return (point, comma) if "," in self.file else (point,)

    def _decided(self, seen: frozenset[str], point: float, comma: float) -> tuple[float, ...]:
        if len(seen) != 1:
            return point, comma
        return (point,) if "." in seen else (comma,)


def find_marks(cells: Iterable[str]) -> frozenset[str]:
    """The marks that stand before decimals in cells that can be read in one way only.

    Examples
    --------
    >>> sorted(find_marks(["12", "1.540", "2,5", "text"])), sorted(find_marks(["0.333", "1,000,000"]))
    ([','], ['.'])
    """
    found = set()
    for cell in cells:
        point, comma = _readings(cell)
        if (point is None) != (comma is None):
            found.add("." if comma is None else ",")
    return frozenset(found)


def is_number(cell: str) -> bool:
    """Whether a cell is a number by either mark.

    Examples
    --------
    >>> is_number("1 540,25"), is_number("33%"), is_number("inf")
    (True, False, False)
    """
    return _readings(cell) != (None, None)


def describe_doubt(cell: str, readings: tuple[float, ...]) -> str:
    """Both readings of a cell, in words.

    Examples
    --------
    >>> describe_doubt("1,540", (1540.0, 1.54))
    "'1,540' is 1540 with a thousands comma or 1.54 with a decimal comma"
    """
    mark = "comma" if "," in cell or "\N{FULLWIDTH COMMA}" in cell else "point"
    large, small = sorted(readings, key=abs, reverse=True)
    return f"{cell.strip()!r} is {large:.15g} with a thousands {mark} or {small:.15g} with a decimal {mark}"


def _held(number: float | None) -> tuple[float, ...]:
    return () if number is None else (number,)


@lru_cache(maxsize=65_536)
def _readings(cell: str) -> tuple[float | None, float | None]:
    """The number by a decimal point and by a decimal comma; None where the cell is no number that way."""
    text = cell.strip()
    if not text.isascii():
        text = "".join(map(_plain, text)).strip()
    if PLAIN.fullmatch(text):
        number = float(text)
        return number, number
    return _by(text, "."), _by(text, ",")


def _plain(character: str) -> str:
    """The ASCII character that another width, script or kind of space stands for."""
    if ord(character) in FULL_WIDTH:
        return chr(ord(character) - FULL_WIDTH.start + ord("!"))
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    return {"Zs": " ", "Cf": ""}.get(kind, character.translate(SAME))


def _by(text: str, mark: str) -> float | None:
    """The number of a text by one mark before decimals."""
    for form in FORMS[mark]:
        found = form.fullmatch(text)
        if found and (found["whole"] or found["decimals"]):
            digits = re.sub(r"\D", "", found["whole"])
            exponent = found.groupdict().get("exponent") or ""
            number = float(f"{digits or 0}.{found['decimals'] or 0}{exponent}")
            return (-number if text.startswith("-") else number) if isfinite(number) else None
    return None
