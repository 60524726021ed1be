"""Who may answer what: answers of informants who cannot know are set aside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlbc_stats.counted import counted
from mlbc_stats.survey.responses.model import MissingReason, Responses


def set_aside(responses: Responses) -> Responses:
    """The responses with every item that a case's group of informants may not answer as `NOT_ASKED`.

    Cases whose group is unknown keep what they answered; attention checks are for everybody. Notes count the answers
    set aside by group and construct, and the cases of unknown group.
    """
    barred = _barred(responses)
    answered = barred & (responses.reasons == MissingReason.OBSERVED)
    codes = np.where(barred, np.nan, responses.codes)
    reasons = np.where(barred, MissingReason.NOT_ASKED, responses.reasons).astype(np.int8)
    for array in (codes, reasons):
        array.setflags(write=False)
    return replace(
        responses,
        codes=codes,
        reasons=reasons,
        notes=(*responses.notes, *_counted(responses, answered), *_unknown(responses)),
    )


def _barred(responses: Responses) -> np.ndarray:
    """Cells (n, k) bool of items that the case's group may not answer."""
    barred = np.zeros(responses.codes.shape, dtype=bool)
    items = [(place, name) for place, name in enumerate(responses.item_ids) if name in responses.rated_ids]
    for group in set(responses.informants.tolist()) - {""}:
        places = [place for place, name in items if group not in responses.instrument.informants_of(name)]
        barred[np.ix_(responses.informants == group, places)] = True
    return barred


def _counted(responses: Responses, answered: np.ndarray) -> tuple[str, ...]:
    notes = []
    for group in sorted(set(responses.informants.tolist()) - {""}):
        count = answered[responses.informants == group].sum(axis=0)
        constructs = dict.fromkeys(
            responses.instrument.item(name).construct
            for name, found in zip(responses.item_ids, count.tolist(), strict=True)
            if found
        )
        if constructs:
            notes.append(
                f"{int(count.sum())} answers of {group} informants to {', '.join(constructs)}, which they may not "
                "answer, are set aside"
            )
    return tuple(notes)


def _unknown(responses: Responses) -> tuple[str, ...]:
    count = int((responses.informants == "").sum())
    text = (
        f"the group of informants of {counted(count, 'case')} is not known, so all answers there count; declare it "
        "for the file, or ask for it"
    )
    return (text,) if count else ()
