"""Whether the files of one study speak about the same units."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.responses.model import Responses

LISTED = 3
"""Units that a message names."""


def check_shared_units(
    parts: Sequence[Responses], groups: Sequence[str | None], waves: Sequence[int], design: str
) -> tuple[str, ...]:
    """A note on how many units of each file are in the others that it completes.

    Files of one group and wave are batches of one survey and need share no unit; with key informants, so need those
    of one wave.

    Raises
    ------
    ResponseError
        for a file to be joined that has no column of units, or none of whose units is in the others.
    """
    kinds = [
        (None if design == "key_informant" else group, wave)
        for group, wave in zip(groups, waves, strict=True)
    ]
    notes = []
    for place, part in enumerate(parts):
        others = [other for other, kind in zip(parts, kinds, strict=True) if kind != kinds[place]]
        if others:
            notes.append(_note(part, others))
    return tuple(notes)


def _note(part: Responses, others: Sequence[Responses]) -> str:
    for one in (part, *others):
        if not one.unit_column:
            raise ResponseError(
                f"{one.source}: no column names the units, so it cannot be joined with the other files; name it by "
                "unit_column (on the command line: --unit-column)"
            )
    mine = set(part.unit_ids.tolist())
    theirs = {unit for other in others for unit in other.unit_ids.tolist()}
    shared = mine & theirs
    names = ", ".join(dict.fromkeys(other.source for other in others))
    if not shared:
        raise ResponseError(_nothing_shared(part, others, sorted(mine), sorted(theirs), names))
    return f"{part.source}: {len(shared)} of its {len(mine)} units are also in {names}"


def _nothing_shared(
    part: Responses, others: Sequence[Responses], mine: list[str], theirs: list[str], names: str
) -> str:
    columns = ", ".join(dict.fromkeys(other.unit_column for other in others))
    alike = {_squeezed(unit) for unit in mine} & {_squeezed(unit) for unit in theirs}
    hint = (
        f"{len(alike)} would be the same without case, blanks, marks and leading zeros: write them alike"
        if alike
        else "name another unit_column (on the command line: --unit-column), or declare design: key_informant if each "
        "unit has one informant"
    )
    return (
        f"{part.source}: none of its {len(mine)} units (column {part.unit_column}: {_some(mine)}) is in {names} "
        f"(column {columns}: {_some(theirs)}); {hint}"
    )


def _some(units: Sequence[str]) -> str:
    return ", ".join(units[:LISTED]) + (", ..." if len(units) > LISTED else "")


def _squeezed(unit: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[\W_]", "", unit)).casefold()
