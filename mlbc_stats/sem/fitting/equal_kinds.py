"""What `group_equal` holds equal of ordinal variables, in the version of lavaan that is followed."""

from __future__ import annotations

from collections.abc import Sequence

from mlbc_stats.sem.specification.name_checks import list_names
from mlbc_stats.sem.versions import Rules

TWINS = ("thresholds", "intercepts")


def equal_kinds(asked: str | Sequence[str], ordinal: bool, rules: Rules) -> tuple[str, ...]:
    """The kinds of parameters to hold equal: where variables are ordinal, 0.6 takes thresholds and intercepts for one.

    Examples
    --------
    >>> from mlbc_stats.sem.versions import rules_of
    >>> equal_kinds(["loadings", "intercepts"], True, rules_of("0.6"))
    ('loadings', 'intercepts', 'thresholds')
    """
    names = () if asked == "none" else list_names(asked, "group_equal")
    if not (ordinal and rules.tied_intercepts and set(TWINS) & set(names)):
        return names
    return (*names, *(kind for kind in TWINS if kind not in names))


def free_thresholds(equal: Sequence[str], ordinal: Sequence[str]) -> tuple[str, ...]:
    """The warning that equal intercepts say nothing of ordinal variables, whose intercepts are zero."""
    if not ordinal or "intercepts" not in equal or "thresholds" in equal:
        return ()
    return (
        f"group_equal names intercepts, which are zero for ordinal variables ({', '.join(ordinal)}): their thresholds "
        "stay free over groups; name 'thresholds' as well (lavaan 0.6 and compat='0.6' take the two for one)",
    )
