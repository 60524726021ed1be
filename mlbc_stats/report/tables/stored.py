"""Tables as plain data and back, so that a file of results can be set again without the run that made it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from mlbc_stats.errors import DataError
from mlbc_stats.report.render.sheet import RowGroup, Spanner
from mlbc_stats.report.tables.table import Table

PLAIN = ("row_header", "merged", "numbered", "turned")
"""What a table knows about its looks beside headings, formats and notes."""


def stored(table: Table) -> dict[str, Any]:
    """Title, origin, columns, rows in full precision and notes; ``layout`` holds what setting the table needs.

    A number that is not finite becomes null, as JSON knows none.

    Examples
    --------
    >>> found = stored(Table("Loadings", ("item", "est"), (("x1",), (0.5,)), identifier="loadings"))
    >>> found["columns"], found["rows"]
    (['item', 'est'], [['x1', 0.5]])
    """
    header, columns = table.data()
    return {
        "title": table.title,
        "synthetic": bool(table.synthetic),
        "columns": list(header),
        "rows": [plain(row) for row in zip(*columns, strict=True)],
        "notes": list(table.notes),
        "layout": {
            "formats": list(table.formats),
            "spanners": [[s.label, s.first, s.last] for s in table.spanners],
            "groups": [[g.label, g.first] for g in table.groups],
            "glosses": sorted(table.glosses),
            **{name: getattr(table, name) for name in PLAIN},
        },
    }


def restored(content: Mapping[str, Any], identifier: str = "") -> Table:
    """The table that `stored` wrote.

    Raises
    ------
    DataError
        when the content is no stored table.

    Examples
    --------
    >>> table = Table("Loadings", ("item", "est"), (("x1",), (0.5,)), glosses={0: ("first",)}, synthetic=False)
    >>> restored(stored(table)) == table
    True
    """
    try:
        layout, names = content["layout"], content["columns"]
        columns = [tuple(_cell(row[place]) for row in content["rows"]) for place in range(len(names))]
        kept, glosses = _apart(len(names), layout["glosses"])
        return Table(
            title=content["title"],
            header=tuple(names[place] for place in kept),
            columns=tuple(columns[place] for place in kept),
            formats=tuple(layout["formats"]),
            spanners=tuple(Spanner(*entry) for entry in layout["spanners"]),
            groups=tuple(RowGroup(*entry) for entry in layout["groups"]),
            notes=tuple(content["notes"]),
            synthetic=content["synthetic"],
            identifier=identifier,
            glosses={about: columns[place] for about, place in glosses.items()},  # type: ignore[misc]
            **{name: layout[name] for name in PLAIN},
        )
    except (KeyError, IndexError, TypeError) as error:
        raise DataError(
            f"table {identifier!r}: not as a run writes it ({error}); run the study again"
        ) from None


def plain(value: Any) -> Any:
    """What JSON can hold; a number that is not finite becomes null.

    Examples
    --------
    >>> plain({"a": (1.0, float("inf"))})
    {'a': [1.0, None]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _cell(value: Any) -> object:
    return tuple(value) if isinstance(value, list) else value


def _apart(width: int, glossed: Sequence[int]) -> tuple[list[int], dict[int, int]]:
    """Places of the columns themselves, and for each explained column the place of what explains it."""
    kept: list[int] = []
    glosses: dict[int, int] = {}
    place = 0
    while place < width:
        kept.append(place)
        if len(kept) - 1 in glossed:
            place += 1
            glosses[len(kept) - 1] = place
        place += 1
    return kept, glosses
