"""The constructs that an instrument measures, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.survey.instrument.model import Instrument

if TYPE_CHECKING:
    import pandas as pd


def construct_table(instrument: Instrument) -> pd.DataFrame:
    """One row per construct of the instrument, facets after their parent.

    Columns: id, name, parent, level, measurement, items, reversed, reading, locator, informants, definition.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> table = construct_table(survey.load_instrument("mlbc_alignment"))
    >>> table.set_index("id").loc["tc_pace", "parent"]
    'TC'
    """
    import pandas as pd

    rows = [
        {
            "id": construct.id,
            "name": construct.name,
            "parent": construct.parent or "",
            "level": construct.level,
            "measurement": construct.measurement,
            "items": len(items := instrument.items_of(construct.id)),
            "reversed": sum(item.reversed for item in items),
            "reading": construct.reading,
            "locator": construct.locator,
            "informants": ", ".join(construct.informants),
            "definition": construct.definition,
        }
        for construct in instrument.constructs
    ]
    return pd.DataFrame(rows)
