"""Turns of phrase that statistics take in running text, as the manual of the APA writes them."""

from __future__ import annotations

from mlbc_stats.report.numbers import is_missing
from mlbc_stats.report.tables.table import Table
from mlbc_stats.report.text.results import Column, Number, Results

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def equals(symbol: str, shown: str) -> str:
    """A symbol and its value; a p value that is written as a bound keeps its sign.

    Examples
    --------
    >>> equals("p", "< .001"), equals("CFI", ".998")
    ('*p* < .001', 'CFI = .998')
    """
    name = f"*{symbol}*" if len(symbol) == 1 and symbol.isascii() else symbol
    return f"{name} {shown}" if shown[:1] in "<>" else f"{name} = {shown}"


def joined(parts: list[str]) -> str:
    """Parts as a list in a sentence.

    Examples
    --------
    >>> joined(["a", "b", "c"]), joined(["a"])
    ('a, b, and c', 'a')
    """
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun, in words below ten.

    Examples
    --------
    >>> counted(1, "rule", "rules"), counted(24, "rule", "rules")
    ('one rule', '24 rules')
    """
    word = SMALL[count] if 0 <= count < len(SMALL) else str(count)
    return f"{word} {one if count == 1 else many}"


def named(results: Results, number: Number) -> str:
    """What the row of a number is called: the words beside its id, or the id."""
    return row_name(results.table(number.place), number.row)


def row_name(table: Table, row: str) -> str:
    """The words that stand for a row's id in its table."""
    rows = [str(value) for value in table.columns[0]]
    glosses = table.glosses.get(0, ())
    words = glosses[rows.index(row)] if glosses and row in rows else ""
    return words or row


def span(results: Results, place: str, column: Column, symbol: str, kind: str) -> str:
    """From the smallest to the largest value of a column, each with the name of its row."""
    low, high = (results.extreme(place, column, largest) for largest in (False, True))
    ends = [f"{found.shown(kind)} ({named(results, found)})" for found in (low, high)]
    return f"{symbol} between {ends[0]} and {ends[1]}"


def there(results: Results, place: str, column: Column) -> bool:
    """Whether a table is there with at least one value in a column."""
    if not results.has(place):
        return False
    table = results.table(place)
    headings = [heading for heading in table.header if heading == column or heading == column[0]]
    return bool(headings) and not all(is_missing(v) for v in results.values(place, column))
