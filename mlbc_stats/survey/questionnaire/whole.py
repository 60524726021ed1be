"""A loaded instrument as the questionnaire that asks all of it, in its own order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlbc_stats.survey.instrument.administration_time import counted_minutes
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.questionnaire.model import Block, Questionnaire
from mlbc_stats.survey.questionnaire.ordering import Group, order_questions


def whole(instrument: Instrument) -> Questionnaire:
    """Everything in the words for everybody, in blocks; only questions that decide what else is asked move up.

    Introductions of modules are not known any more; `compose` has them.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> [block.id for block in whole(survey.load_instrument("marker")).blocks]
    ['marker']
    """
    modules = tuple(dict.fromkeys(item.module for item in instrument.items))
    constructs = {construct.id: construct for construct in instrument.constructs}
    groups = order_questions(instrument.items, modules, constructs, False, False, np.random.default_rng(0))
    asked = replace(instrument, items=tuple(item for group in groups for item in group.items))
    return Questionnaire(
        instrument=asked,
        blocks=_blocks(asked, groups),
        sources=((instrument.id, instrument.version),),
        informant=None,
        short_form="",
        period=None,
        order="fixed",
        seed=None,
        minutes=counted_minutes(asked),
        remarks=(),
    )


def _blocks(instrument: Instrument, groups: tuple[Group, ...]) -> tuple[Block, ...]:
    """The groups with the checks that follow their items; checks without a place end the last one."""
    owner = {item.id: place for place, group in enumerate(groups) for item in group.items}
    names: list[list[str]] = [[] for _ in groups]
    place = 0
    for question in instrument.sequence:
        place = owner.get(question.id, owner.get(getattr(question, "after", None) or "", place))
        names[place].append(question.id)
    return tuple(
        Block(group.id, group.module, (), tuple(asked), group.rated)
        for group, asked in zip(groups, names, strict=True)
    )
