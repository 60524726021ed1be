"""What a reader of ordinal moments must know: empty cells and what was done, perfect dependence, lost categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.correlations.newton_search import BOUND
from mlbc_stats.moments.margins.contingency import STANDARD, Filling
from mlbc_stats.moments.margins.moment_layout import Layout
from mlbc_stats.moments.ordinal.problem import Steps

Array = NDArray[Any]

#: Pairs listed in one note.
LISTED = 6


def make_notes(
    names: Sequence[str],
    layout: Layout,
    steps: Steps,
    present: Array,
    single: bool,
    filling: Filling = STANDARD,
) -> tuple[str, ...]:
    """Notes in plain words; of resamples only how many are without estimates.

    Parameters
    ----------
    present : bool array [p], whether every category of a variable has a case.

    Examples
    --------
    >>> from mlbc_stats.moments.ordinal.two_step import ordinal_moments
    >>> x = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [20, 10, 20], axis=0)
    >>> ordinal_moments(x, ["a", "b"], [0, 1], gamma="none").notes[0][:57]
    'an empty cell in the 2 x 2 table of a and b: 0.5 was adde'
    """
    if not single:
        lost = int((~steps.ok).sum())
        total = len(steps.ok)
        return (f"{lost} of {total} resamples lack a category or did not converge",) if lost else ()
    pairs = _Pairs(names, layout)
    notes = _without_estimates(names, layout, steps, present)
    apart = np.isnan(steps.correlation[0, layout.i, layout.j])
    apart &= ~(steps.absent[0, layout.i] | steps.absent[0, layout.j])
    if apart.any():
        notes.append(f"no correlation of {pairs.listed(apart)}: too few cases have both values")
    if steps.filled[0].any():
        notes.append(
            f"an empty cell in the {_size(filling)}table of {pairs.listed(steps.filled[0])}: {_amount(filling)} was "
            f"added to it{', margins kept' if filling.keep_margins and not filling.larger else ''}"
        )
    sparse = _sparse(layout, steps)
    if sparse.any():
        notes.append(
            f"empty cells in the table of {pairs.listed(sparse)}, left as they are "
            f"({'zero_add says so' if filling != STANDARD else 'only 2 x 2 tables are filled'})"
        )
    if steps.bounded[0].any():
        notes.append(
            f"perfect dependence of {pairs.listed(steps.bounded[0])} fits best: the correlation is put at its bound "
            f"({BOUND}) and its sampling error is unknown"
        )
    return tuple(notes)


def _size(filling: Filling) -> str:
    return "" if filling.larger else "2 x 2 "


def _amount(filling: Filling) -> str:
    same = not filling.larger or filling.larger == filling.four
    return f"{filling.four:g}" if same else f"{filling.four:g} (of larger tables {filling.larger:g})"


def _without_estimates(names: Sequence[str], layout: Layout, steps: Steps, present: Array) -> list[str]:
    lost = steps.absent[0]
    reasons = (
        (lost & ~present, "a category has no case"),
        (
            lost & present & layout.ordinal,
            "the covariates separate its categories",
        ),
        (lost & present & ~layout.ordinal, "it does not vary"),
    )
    return [
        f"no estimates for {', '.join(names[v] for v in np.flatnonzero(which).tolist())}: {why}"
        for which, why in reasons
        if which.any()
    ]


class _Pairs:
    def __init__(self, names: Sequence[str], layout: Layout) -> None:
        self.text = [f"{names[j]} and {names[i]}" for i, j in zip(layout.i, layout.j, strict=True)]

    def listed(self, which: Array) -> str:
        found = [text for text, flag in zip(self.text, which, strict=True) if flag]
        more = f" and {len(found) - LISTED} more pairs" if len(found) > LISTED else ""
        return ", ".join(found[:LISTED]) + more


def _sparse(layout: Layout, steps: Steps) -> Array:
    """Pairs of ordinal variables whose table has an empty cell that was left as it is."""
    out = np.zeros(len(layout.i), bool)
    if steps.tables is None:
        return out
    first, second = layout.categories[layout.i], layout.categories[layout.j]
    both = np.flatnonzero((first > 0) & (second > 0))
    c = steps.tables.shape[-1] - 1
    own = (np.arange(c)[:, None] < first[both, None, None]) & (np.arange(c) < second[both, None, None])
    fine = ~(steps.absent[0, layout.i[both]] | steps.absent[0, layout.j[both]] | steps.bounded[0, both])
    empty = fine & ((steps.tables[0, :, :-1, :-1] == 0) & own).any((-2, -1))
    out[both] = empty & ~steps.filled[0, both]
    return out
