"""Who of whom has answered: invitations, consent and completed questionnaires by unit and group."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd
from sqlalchemy import select

from mlbc_stats.errors import FieldError
from mlbc_stats.field.answers.platform_counts import finished_units
from mlbc_stats.field.inviting.units import read_units
from mlbc_stats.field.store.keys import unit_token
from mlbc_stats.field.store.opening import Store
from mlbc_stats.field.store.respondents import groups
from mlbc_stats.field.store.schema import INVITATIONS

EVERYBODY = "everybody"
COUNTS = ("invited", "opened", "consented", "declined", "finished")


def monitor(
    store: Store,
    units: str | Path | None = None,
    unit_column: str | None = None,
    exports: Mapping[str, str | Path] = MappingProxyType({}),
    encoding: str | None = None,
) -> pd.DataFrame:
    """Count invitations by unit and group of informants.

    Parameters
    ----------
    store : of the fielding.
    units : the list that was invited, to name units as it does; their tokens by default.
    unit_column : column of units in it, where it has no usual name.
    exports : group of informants ("" for everybody) → export of another platform that this group answered on; its rows
        count as finished, by their unit tokens.
    encoding : of the list and the exports; UTF-8 by default.

    Returns
    -------
    DataFrame with ``unit``, ``informant`` and the counts ``invited``, ``opened``, ``consented``, ``declined`` and
    ``finished`` (consented and came to the end), sorted.

    Raises
    ------
    FieldError : for a group that was not invited, and an export without unit tokens.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import field
    >>> with TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     _ = (folder / "units.csv").write_text("unit_id\\nS001\\n", encoding="utf-8")
    ...     store = field.open_store(folder / "field.db", folder / "field.key")
    ...     _ = field.invite(store, folder / "units.csv", folder / "lists")
    ...     counts = field.monitor(store, folder / "units.csv")
    ...     store.engine.dispose()
    >>> counts.to_dict("records")[0]["unit"], int(counts["invited"].sum()), int(counts["finished"].sum())
    ('S001', 1, 0)
    """
    names = unit_names(store, units, unit_column, encoding)
    columns = [INVITATIONS.c[name] for name in ("unit", "informant", "opened", "consent", "finished")]
    with store.changing() as connection:
        rows = connection.execute(select(*columns)).all()
    frame = pd.DataFrame(
        [
            (
                unit,
                informant or EVERYBODY,
                1,
                int(opened is not None),
                int(consent == 1),
                int(consent == 0),
                int(finished is not None and consent == 1),
            )
            for unit, informant, opened, consent, finished in rows
        ],
        columns=["unit", "informant", *COUNTS],
    )
    counts = frame.groupby(["unit", "informant"], as_index=False).sum()
    for group, path in exports.items():
        own = counts["informant"] == (group or EVERYBODY)
        if not own.any():
            raise FieldError(
                f"nobody of the group {group!r} was invited; invited are {', '.join(groups(store))}"
            )
        elsewhere = finished_units(path, set(counts.loc[own, "unit"]), encoding)
        counts.loc[own, "finished"] += counts.loc[own, "unit"].map(elsewhere).astype(int)
    counts["unit"] = [names.get(unit, unit) for unit in counts["unit"]]
    return counts.sort_values(["unit", "informant"], ignore_index=True)


def by_group(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts of `monitor` by group, with the share that came to the end.

    Examples
    --------
    >>> counts = pd.DataFrame({"unit": ["a", "b"], "informant": ["technical"] * 2} | dict.fromkeys(COUNTS, [1, 0]))
    >>> float(by_group(counts)["rate"].iloc[0])
    1.0
    """
    total = counts.groupby("informant", as_index=False)[list(COUNTS)].sum()
    return total.assign(rate=total["finished"] / total["invited"].where(total["invited"] > 0))


def by_unit(counts: pd.DataFrame) -> pd.DataFrame:
    """Units (rows) by group: finished of invited, as in ``2/3``, and whether every group is heard.

    Examples
    --------
    >>> counts = pd.DataFrame({"unit": ["a"], "informant": ["technical"]} | dict.fromkeys(COUNTS, [1]))
    >>> by_unit(counts).to_dict("records")
    [{'unit': 'a', 'technical': '1/1', 'heard': 'all'}]
    """
    words = counts.assign(told=counts["finished"].astype(str) + "/" + counts["invited"].astype(str))
    wide = words.pivot_table(index="unit", columns="informant", values="told", aggfunc="first", fill_value="")
    heard = counts.assign(heard=counts["finished"] > 0).groupby("unit")["heard"]
    state = heard.mean().map(lambda share: "all" if share == 1 else "none" if share == 0 else "some")
    return wide.assign(heard=state).reset_index().rename_axis(columns=None)


def unit_names(
    store: Store, units: str | Path | None, unit_column: str | None, encoding: str | None
) -> dict[str, str]:
    """Unit token → name in the list of units; empty without a list."""
    if units is None:
        return {}
    listed = read_units(units, (), unit_column, encoding)
    return {unit_token(store.key, one.unit): one.unit for one in listed}
