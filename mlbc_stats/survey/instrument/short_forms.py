"""Short forms: an instrument cut down to the items that one of its short forms keeps."""

from __future__ import annotations

from dataclasses import fields
from itertools import combinations
from typing import Any

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.item import Check, Item, ScoringRule, ShortForm
from mlbc_stats.survey.instrument.model import Instrument

FULL_FACET = 4  # a facet with so many items keeps three of them, a smaller one two


def short_form(instrument: Instrument, name: str = "short") -> Instrument:
    """The instrument as one of its short forms asks it.

    Measuring items that the form does not keep are gone; constructs that none of the items kept measures are
    gone; scoring rules sum what is left. Questions about the context stay unless the form leaves them out.
    A check follows the nearest earlier item that is kept. Routes stay: the form must keep what they ask.

    Raises
    ------
    InstrumentError
        when the instrument has no short form of this name, or when a kept item is routed by one that is not.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> full = survey.load_instrument("mlbc_alignment")
    >>> [item.id for item in short_form(full).items_of("tc_timing")]
    ['tc_timing_1', 'tc_timing_3', 'tc_timing_4']
    """
    form = _form(instrument, name)
    kept = tuple(item for item in instrument.items if _stays(item, form))
    _routes_stay(instrument, form, kept)
    left = {item.id for item in kept}
    measured = {item.construct for item in kept}
    parents = {construct.parent for construct in instrument.constructs if construct.id in measured}
    values: dict[str, Any] = {field.name: getattr(instrument, field.name) for field in fields(instrument)}
    values |= {
        "items": kept,
        "checks": tuple(_moved(instrument, check, left) for check in instrument.checks),
        "scoring": tuple(rule for rule in (_cut(rule, left) for rule in instrument.scoring) if rule.items),
        "constructs": tuple(entry for entry in instrument.constructs if entry.id in measured | parents),
        "minutes": None,
        "short_forms": (),
    }
    return Instrument(**values)


def widest_items(items: tuple[Item, ...]) -> tuple[str, ...]:
    """The items of one facet that a short form keeps before data exist: content breadth first.

    Three items of a facet with four or more, two of a smaller one (all of a facet with one or two): those that
    together cover most elements of the facet's definition. Where the facet has reversed items, one of them is
    kept, and one that is not reversed. Ties: the items that stand first.
    """
    size = min(len(items), 3 if len(items) >= FULL_FACET else 2)
    signs = {item.reversed for item in items} if size > 1 else set[bool]()
    balanced = [pick for pick in combinations(items, size) if {item.reversed for item in pick} >= signs]
    best = max(balanced, key=lambda pick: len({element for item in pick for element in item.elements}))
    return tuple(item.id for item in best)


def _form(instrument: Instrument, name: str) -> ShortForm:
    forms = {form.id: form for form in instrument.short_forms}
    if name not in forms:
        known = ", ".join(forms) or "none"
        raise InstrumentError(f"instrument {instrument.id}: no short form {name!r}; it has: {known}")
    return forms[name]


def _stays(item: Item, form: ShortForm) -> bool:
    return item.id in form.items if item.construct else item.id not in form.without


def _routes_stay(instrument: Instrument, form: ShortForm, kept: tuple[Item, ...]) -> None:
    left = {item.id for item in kept}
    lost = [item.id for item in kept if item.route is not None and item.route.question not in left]
    if lost:
        raise InstrumentError(
            f"instrument {instrument.id}: short form {form.id!r} leaves out the question that routes "
            f"{', '.join(lost)}; keep it"
        )


def _moved(instrument: Instrument, check: Check, left: set[str]) -> Check:
    """The check after the nearest earlier item that is kept; at the end when there is none."""
    if check.after is None or check.after in left:
        return check
    order = [item.id for item in instrument.items]
    earlier = [name for name in order[: order.index(check.after)] if name in left]
    values: dict[str, Any] = {field.name: getattr(check, field.name) for field in fields(check)}
    return Check(**{**values, "after": earlier[-1] if earlier else None})


def _cut(rule: ScoringRule, left: set[str]) -> ScoringRule:
    return ScoringRule(
        construct=rule.construct,
        items=tuple(name for name in rule.items if name in left),
        method=rule.method,
        minimum_answered=rule.minimum_answered,
    )
