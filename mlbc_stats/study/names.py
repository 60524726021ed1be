"""What the ids of a study stand for, in words that a reader of its report knows."""

from __future__ import annotations

from mlbc_stats.survey import load_constructs
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.theory.propositions import load_propositions
from mlbc_stats.theory.structural.model_lines import GROUP_SEPARATOR
from mlbc_stats.theory.structural.structures import PHASE_NAMES


def names_of(instrument: Instrument) -> dict[str, str]:
    """Id → name of every construct, wording of every item, statement of every proposition; ``__`` and a
    group → its phase.

    Wording is that of the instrument's first language.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> found = names_of(survey.load_instrument("mlbc_alignment"))
    >>> found["tc_pace"], found["M12"]
    ('Dependence on pace', 'Better aligned solutions perform better as a capability.')
    """
    language = instrument.languages[0]
    items = {
        item.id: item.text[language] + (" (reversed)" if item.reversed else "") for item in instrument.items
    }
    constructs = {entry.id: entry.name for entry in (*load_constructs(), *instrument.constructs)}
    statements = {entry.id: entry.statement for entry in load_propositions().propositions}
    phases = {GROUP_SEPARATOR + group: name for group, name in PHASE_NAMES.items()}
    return {**statements, **items, **constructs, **phases}
