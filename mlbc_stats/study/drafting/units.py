"""The column by which several exports can be joined, where none bears a usual name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlbc_stats.survey.readers.inspection import Inspection

SHARED = 0.5
"""Share of the values of a column that other files must hold for it to name the same units."""


def unit_columns(found: Sequence[Inspection], answers: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The column of units of every export, "" where there is none.

    Usual names come first; without one, the column that shares most of its values with another file, and of several
    such the one that tells the most units apart.

    Parameters
    ----------
    answers : question → column of every export; columns of answers name no units.
    """
    if len(found) == 1:
        return (found[0].unit_column,)
    chosen = [each.unit_column for each in found]
    for place, each in enumerate(found):
        if chosen[place]:
            continue
        free = [
            name
            for name in each.export.table.names
            if name not in {*answers[place].values(), *each.export.paradata.values(), each.id_column}
        ]
        best = max(
            (
                (_shared(each, name, found, place, chosen, answers), len(each.units(name)), name)
                for name in free
            ),
            default=(0.0, 0, ""),
        )
        if best[0] >= SHARED:
            chosen[place] = best[2]
    return tuple(chosen)


def _shared(
    each: Inspection,
    name: str,
    found: Sequence[Inspection],
    place: int,
    chosen: Sequence[str],
    answers: Sequence[Mapping[str, str]],
) -> float:
    """Largest share of the values of a column that a column of another file holds; 0 for one that hardly varies."""
    mine = set(each.units(name))
    if len(mine) < max(2, each.export.table.n / 10):
        return 0.0
    shares = [0.0]
    for other_place, other in enumerate(found):
        if other_place == place:
            continue
        answered = set(answers[other_place].values())
        names = [chosen[other_place]] if chosen[other_place] else other.export.table.names
        shares += [len(mine & set(other.units(one))) / len(mine) for one in names if one not in answered]
    return max(shares)
