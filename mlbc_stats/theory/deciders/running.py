"""Let the deciders find the quantities of the propositions whose models are no text."""

from __future__ import annotations

from collections.abc import Container, Iterable

from mlbc_stats.errors import DataError, ModelError, NotServedError
from mlbc_stats.theory.deciders.seam import Given
from mlbc_stats.theory.deciders.table import decider_of
from mlbc_stats.theory.entries import Proposition
from mlbc_stats.theory.structural.structures import MODELS
from mlbc_stats.theory.verdicts.quantity import Found


def find_quantities(
    entries: Iterable[Proposition], impossible: Container[str], given: Given
) -> tuple[dict[str, Found], dict[str, str]]:
    """Proposition → what its decider found, and of the others why it found nothing.

    Parameters
    ----------
    impossible : ids of propositions that these answers cannot decide.

    Raises
    ------
    ModelError
        a decider that gives other quantities than the proposition names.
    """
    found: dict[str, Found] = {}
    failures: dict[str, str] = {}
    for entry in entries:
        decider = None if entry.model in MODELS or entry.id in impossible else decider_of(entry)
        if decider is None:
            continue
        try:
            found[entry.id] = decider.quantities(entry, given)
        except (DataError, ModelError, NotServedError) as error:
            failures[entry.id] = f"{entry.model} cannot be fitted: {error}"
            continue
        names = tuple(quantity.name for quantity in found[entry.id].quantities)
        if names != entry.deciding:
            raise ModelError(
                f"{entry.id}: its decider gave the quantities {', '.join(names) or 'none'}; the registry names "
                f"{', '.join(entry.deciding)}"
            )
    return found, failures
