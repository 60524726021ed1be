"""How results show themselves: a short text in a console, a small table in a notebook, never a page of raw fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from html import escape
from numbers import Number
from typing import Any

LONGEST, LINE, ROWS = 1000, 100, 12
"""Characters of a whole text, characters of a line, rows of a table that are shown."""
STYLE = (
    "<style>.mlbc dt{float:left;clear:left;min-width:12em;font-weight:bold}.mlbc dd{margin-left:13em}"
    ".mlbc .scroll{overflow-x:auto}</style>"
)


class Shown:
    """Gives a result its ``repr`` of at most 1,000 characters and its HTML for notebooks.

    Both show the class, a mark when no respondent gave the answers, the facts that `_facts` names and the first rows of
    ``table`` where there is one. A dataclass that inherits from this says ``repr=False``.

    Examples
    --------
    >>> class Pair(Shown):
    ...     def _facts(self):
    ...         return {"cases": 2, "items": ["a", "b"]}
    >>> Pair()
    Pair
      cases: 2
      items: 2 (a, b)
    >>> Pair()._repr_html_().count("<dt>")
    2
    """

    __slots__ = ()

    def _facts(self) -> Mapping[str, object]:
        """What a reader wants to know first, by name; all public fields unless a class knows better."""
        names = [name for name in getattr(self, "__dataclass_fields__", {}) if name != "synthetic"]
        facts = {name.replace("_", " "): getattr(self, name) for name in names if not name.startswith("_")}
        if _table(self) is None:
            return facts
        return {name: fact for name, fact in facts.items() if isinstance(fact, Number | str)}

    def __repr__(self) -> str:
        frame = _table(self)
        facts = [f"  {name}: {text}" for name, text in _told(self)]
        rows = frame.head(ROWS).to_string(float_format=_rounded).splitlines() if frame is not None else []
        more = [f"  … {len(frame)} rows in .table"] if frame is not None and len(frame) > ROWS else []
        return _shortened([_title(self), *facts, *(f"  {row}" for row in rows), *more])

    def _repr_html_(self) -> str:
        facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in _told(self))
        frame = _table(self)
        rows = "" if frame is None else frame.head(4 * ROWS).to_html(float_format=_rounded)
        table = f'<div class="scroll">{rows}</div>' if rows else ""
        heading = f"<p><strong>{escape(_title(self))}</strong></p>"
        return f'{STYLE}<div class="mlbc">{heading}<dl>{facts}</dl>{table}</div>'


def _title(result: object) -> str:
    return type(result).__name__ + (
        ", SYNTHETIC: nobody answered" if getattr(result, "synthetic", False) else ""
    )


def _told(result: Shown) -> Iterator[tuple[str, str]]:
    for name, value in result._facts().items():
        if text := describe(value):
            yield name, text


def _table(result: object) -> Any:
    """The table of a result, given as property or as method; None where it has none."""
    found = getattr(result, "table", None)
    found = found() if callable(found) else found
    return found if hasattr(found, "to_html") else None


def _shortened(lines: Sequence[str]) -> str:
    cut = [line if len(line) <= LINE else f"{line[: LINE - 1]}…" for line in lines]
    kept: list[str] = []
    used = 0
    for line in cut:
        if used + len(line) > LONGEST - 12:
            return "\n".join([*kept, "  …"])
        kept.append(line)
        used += len(line) + 1
    return "\n".join(kept)


def describe(value: object) -> str | None:
    """One value in a few words; None for what has no short form.

    Examples
    --------
    >>> describe(0.123456), describe({"a": 1}), describe("text"), describe(None)
    ('0.1235', '1 (a)', 'text', None)
    """
    if value is None or isinstance(value, bool | str):
        return None if value is None or value == "" else str(value)
    if isinstance(value, Number):
        return f"{value:.4g}" if isinstance(value, float) else str(value)
    if (shape := getattr(value, "shape", None)) is not None:
        return " × ".join(map(str, shape)) or str(value)
    if isinstance(value, Mapping):
        return _counted([str(key) for key in value])
    if isinstance(value, Sized):
        entries = list(value) if isinstance(value, Sequence | set | frozenset) else []
        names = [str(entry) for entry in entries] if all(isinstance(entry, str) for entry in entries) else []
        return _counted(names) if names else str(len(value))
    return None


def _rounded(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 1000 else f"{value:.4g}"


def _counted(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    return f"{len(names)} ({shown})" if names else "0"
