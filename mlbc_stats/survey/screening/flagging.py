"""Screen responses for careless, incomplete or automated answering: flags only, nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.responses.model import Responses, case_index
from mlbc_stats.survey.screening.policy import ScreeningPolicy, load_policy, unknown_rule
from mlbc_stats.survey.screening.report import Finding, ScreeningReport
from mlbc_stats.survey.screening.rules.registry import RULES
from mlbc_stats.survey.screening.rules.seen import Seen


def screen(
    responses: Responses,
    failed_checks: float | None = None,
    long_string: float | None = None,
    variability: float | None = None,
    seconds_per_item: float | None = None,
    relative_speed: float | None = None,
    missing_share: float | None = None,
    exclude: Iterable[str] | None = None,
    policy: ScreeningPolicy | str | Path | None = None,
    given: Mapping[str, np.ndarray] | None = None,
) -> ScreeningReport:
    """Flag cases that may not be honest, complete answers of one respondent.

    Parameters
    ----------
    failed_checks : flag from this many attention checks answered otherwise than instructed (1).
    long_string : flag from this many identical answers in a row, within a run of items on one scale (12).
    variability : flag a standard deviation of a case's answers below this, reversed items as answered (0.5).
    seconds_per_item : flag fewer seconds per question answered (2).
    relative_speed : flag a duration below this multiple of the median duration (1/3).
    missing_share : flag from this share of the items that applied to the case left without an answer (0.5).
    exclude : rules that take a case out of `kept`, in place of those that the policy names.
    policy : a policy, or the path of its file; thresholds of every rule, which flags exclude, and which do so
        together. By default attention, long_string, variability, speed, relative_speed, missingness, duplicate and
        preview exclude, the others flag.
    given : rule → its index (n,), for the rule that needs a model: ``study.screen`` fits it and hands it on here.

    Returns
    -------
    ScreeningReport; each file of joined responses is judged by its own questionnaire and speed. An index that the
    file cannot give (no duration, no checks) flags nobody, and the report says why. Overview: Meade & Craig (2012),
    doi:10.1037/a0028085; Curran (2016), doi:10.1016/j.jesp.2015.07.006.

    Raises
    ------
    ResponseError
        for a name in `exclude` that is no rule, and for a policy file that cannot be read.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=50, seed=1)
    >>> report = survey.screen(responses)
    >>> len(report.kept), report.table()["rule"].iloc[0]
    (50, 'attention')
    """
    chosen = policy if isinstance(policy, ScreeningPolicy) else load_policy(policy) if policy else None
    thresholds = {
        "attention": failed_checks,
        "long_string": long_string,
        "variability": variability,
        "speed": seconds_per_item,
        "relative_speed": relative_speed,
        "missingness": missing_share,
    }
    settled = (chosen or ScreeningPolicy()).with_thresholds(thresholds)
    if exclude is not None:
        settled = settled.excluding(_known(exclude, settled))
    parts = responses.parts or (responses,)
    ends = np.cumsum([part.n for part in parts])[:-1]
    shares = {name: np.split(values, ends) for name, values in (given or {}).items()}
    found = [
        _findings(Seen(part, {name: values[place] for name, values in shares.items()}), settled)
        for place, part in enumerate(parts)
    ]
    return _report(responses, settled, found)


def _known(exclude: Iterable[str], policy: ScreeningPolicy) -> set[str]:
    names = {exclude} if isinstance(exclude, str) else set(exclude)
    known = {*RULES, *(one.id for one in policy.combined)}
    unknown = sorted(names - known)
    if unknown:
        raise ResponseError(unknown_rule(", ".join(unknown)))
    return names


def _findings(seen: Seen, policy: ScreeningPolicy) -> dict[str, Finding]:
    """What every rule and combination finds in one file."""
    found: dict[str, Finding] = {}
    for name, rule in RULES.items():
        if policy.action(name) != "off":
            measure, threshold = rule.measure(seen), policy.threshold(name)
            flags = rule.flags(measure.values, threshold)
            found[name] = Finding(measure.values, flags, threshold, rule.criterion(threshold), measure.reason)
    for one in policy.combined:
        names = list(dict.fromkeys(one.rules))
        count = np.sum([found[name].flags for name in names], axis=0).astype(float)
        words = f"at least {one.at_least} of {', '.join(names)}"
        found[one.id] = Finding(count, count >= one.at_least, float(one.at_least), words, "")
    return found


def _report(
    responses: Responses, policy: ScreeningPolicy, parts: list[dict[str, Finding]]
) -> ScreeningReport:
    """The findings of the files, one under the other."""
    names = tuple(parts[0])
    excluding = tuple(
        name
        for name in names
        if (policy.action(name) if name in RULES else _action(policy, name)) == "exclude"
    )
    flags = {name: np.concatenate([part[name].flags for part in parts]) for name in names}
    measures = {name: np.concatenate([part[name].index for part in parts]) for name in names}
    reasons = {name: "; ".join(dict.fromkeys(part[name].reason for part in parts)) for name in names}
    excluded = (
        np.any([flags[name] for name in excluding], axis=0) if excluding else np.zeros(responses.n, bool)
    )
    return ScreeningReport(
        rules=names,
        thresholds={name: parts[0][name].threshold for name in names},
        measures=pd.DataFrame(measures, index=case_index(responses)),
        flags=np.column_stack([flags[name] for name in names]),
        excluding=excluding,
        kept=~excluded,
        case_ids=responses.case_ids,
        criteria={name: parts[0][name].criterion for name in names},
        reasons={name: reason for name, reason in reasons.items() if np.isnan(measures[name]).all()},
        policy=policy.title,
    )


def _action(policy: ScreeningPolicy, name: str) -> str:
    return next(one.action for one in policy.combined if one.id == name)
