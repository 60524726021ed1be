"""The usual policy as a file to be changed."""

from __future__ import annotations

from mlbc_stats.survey.screening.policy import ScreeningPolicy
from mlbc_stats.survey.screening.rules.registry import RULES

HEAD = """\
# Decide before you see results, and keep this file with the study.
# action: exclude takes a case out of the analysis, flag reports it, off does not compute the rule.
kind: screening_policy
title: Our rules
rules:
"""
TAIL = """\
# Rules that count together: a case is excluded from so many of their flags.
# combined:
#   - {id: inconsistent, rules: [even_odd, synonyms, person_fit, mahalanobis], at_least: 2, action: exclude}
"""


def usual_policy() -> str:
    """YAML text with every rule, its usual threshold and action, and what it flags in words.

    Examples
    --------
    >>> usual_policy().splitlines()[5]
    '  # at least 1 attention check answered otherwise than instructed'
    """
    usual = ScreeningPolicy()
    lines = [
        f"  # {rule.criterion(rule.threshold)}\n"
        f"  {name}: {{threshold: {rule.threshold:.16g}, action: {usual.action(name)}}}\n"
        for name, rule in RULES.items()
    ]
    return f"{HEAD}{''.join(lines)}{TAIL}"
