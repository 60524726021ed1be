"""Which rows and columns of a table a case means."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from tests.reference.kinds.corpus import Case, Corpus


def named_columns(table: dict[str, list[Any]], names: Sequence[str]) -> dict[str, list[Any]]:
    """Columns by name; R's own spelling of names ("Item.1" for "Item 1") is understood."""
    spelled = {re.sub(r"[^A-Za-z0-9._]", ".", name): name for name in table}
    return {name: table[name if name in table else spelled[name]] for name in names}


def read(
    case: Case, corpus: Corpus, names: Sequence[str], others: Sequence[str] = ()
) -> dict[str, list[Any]]:
    """The items of a case and other columns; rows with gaps are left out where its call says `na.omit`."""
    table, call = corpus.table(case["data"]["file"]), "\n".join(case["call"])
    wanted = named_columns(table, [*names, *others])
    if "na.omit" not in call:
        return wanted
    whole = re.search(r"na\.omit\(d\)", call) is not None
    looked = table if whole else named_columns(table, names)
    rows = list(zip(*looked.values(), strict=True))
    kept = [not any(isinstance(cell, float) and math.isnan(cell) for cell in row) for row in rows]
    return {
        name: [v for v, keep in zip(values, kept, strict=True) if keep] for name, values in wanted.items()
    }
