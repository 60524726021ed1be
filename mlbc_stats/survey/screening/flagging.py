"""Screen responses for careless or incomplete answering: flags only, nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlbc_stats.errors import ResponseError
from mlbc_stats.showing import Shown
from mlbc_stats.survey.responses.model import Responses, case_index
from mlbc_stats.survey.screening.rules import RULES


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ScreeningReport(Shown):
    """What screening found. The responses themselves are untouched.

    Attributes
    ----------
    rules : (r,) names of the rules applied.
    thresholds : rule → threshold.
    measures : (n, r) DataFrame of the indices behind the flags, NaN where an index could not be computed.
    flags : (n, r) bool.
    excluding : rules whose flags exclude a case.
    kept : (n,) bool, cases that no excluding rule flags.
    case_ids : (n,) str.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> report = survey.screen(survey.simulate(survey.pilot_population(), n=50, seed=1))
    >>> isinstance(report, ScreeningReport), report.flags.shape == (50, len(report.rules))
    (True, True)
    """

    rules: tuple[str, ...]
    thresholds: Mapping[str, float]
    measures: pd.DataFrame
    flags: np.ndarray
    excluding: tuple[str, ...]
    kept: np.ndarray
    case_ids: np.ndarray

    def _facts(self) -> Mapping[str, object]:
        return {"cases": len(self.kept), "kept": int(self.kept.sum()), "rules": self.rules}

    def table(self) -> pd.DataFrame:
        """Counts per rule, then of cases excluded and kept.

        Columns: `rule`, `criterion`, `excludes`, `evaluated` (cases for which the index is known), `flagged`,
        `share` (of all cases).
        """
        n = len(self.kept)
        rows = [
            {
                "rule": rule,
                "criterion": RULES[rule].criterion(self.thresholds[rule]),
                "excludes": rule in self.excluding,
                "evaluated": int(self.measures[rule].notna().sum()),
                "flagged": int(self.flags[:, position].sum()),
            }
            for position, rule in enumerate(self.rules)
        ]
        rows += [
            {"rule": name, "criterion": words, "excludes": False, "evaluated": n, "flagged": int(count)}
            for name, words, count in (
                ("excluded", "flagged by at least one excluding rule", n - self.kept.sum()),
                ("kept", "all other cases", self.kept.sum()),
            )
        ]
        table = pd.DataFrame(rows)
        return table.assign(share=table["flagged"] / max(n, 1))


def screen(
    responses: Responses,
    failed_checks: float = 1,
    long_string: float = 12,
    variability: float = 0.5,
    seconds_per_item: float = 2.0,
    relative_speed: float = 1 / 3,
    missing_share: float = 0.5,
    exclude: Iterable[str] | None = None,
) -> ScreeningReport:
    """Flag cases that may not be honest, complete answers of one respondent.

    Parameters
    ----------
    failed_checks : flag from this many attention checks answered otherwise than instructed.
    long_string : flag from this many identical answers in a row, within a run of items on one scale.
    variability : flag a standard deviation of a case's answers below this (reversed items as answered).
    seconds_per_item : flag fewer seconds per question answered.
    relative_speed : flag a duration below this multiple of the median duration.
    missing_share : flag from this share of the items that applied to the case left without an answer.
    exclude : rules that take a case out of `kept`; all by default. Every rule is always applied and reported.

    Returns
    -------
    ScreeningReport; each file of joined responses is judged by its own questionnaire and speed. An index that the
    file cannot give (no duration, no checks) flags nobody and is reported with 0 cases evaluated. The rules
    `duplicate` (an id seen on an earlier row) and `preview` (the platform says that the row is the author's own
    trial) need no threshold. Overview: Meade & Craig (2012), doi:10.1037/a0028085; Curran (2016),
    doi:10.1016/j.jesp.2015.07.006.

    Raises
    ------
    ResponseError
        for a name in `exclude` that is no rule.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=50, seed=1)
    >>> report = survey.screen(responses)
    >>> len(report.kept), report.table()["rule"].iloc[0]
    (50, 'attention')
    """
    if responses.parts:
        options = (long_string, variability, seconds_per_item, relative_speed, missing_share)
        asked = tuple(exclude) if exclude is not None and not isinstance(exclude, str) else exclude
        reports = [screen(part, failed_checks, *options, exclude=asked) for part in responses.parts]
        return _together(reports, responses)
    thresholds = {
        "attention": failed_checks,
        "long_string": long_string,
        "variability": variability,
        "speed": seconds_per_item,
        "relative_speed": relative_speed,
        "missingness": missing_share,
        "duplicate": 1.0,
        "preview": 1.0,
    }
    measures = {name: rule.measure(responses) for name, rule in RULES.items()}
    flags = {name: RULES[name].flags(values, thresholds[name]) for name, values in measures.items()}
    excluding = _excluding(exclude)
    excluded = (
        np.any([flags[name] for name in excluding], axis=0) if excluding else np.zeros(responses.n, bool)
    )
    return ScreeningReport(
        rules=tuple(RULES),
        thresholds=thresholds,
        measures=pd.DataFrame(measures, index=case_index(responses)),
        flags=np.column_stack([flags[name] for name in RULES]),
        excluding=excluding,
        kept=~excluded,
        case_ids=responses.case_ids,
    )


def _together(reports: Sequence[ScreeningReport], responses: Responses) -> ScreeningReport:
    """The reports on the files of joined responses as one; each file was judged by itself."""
    first = reports[0]
    return ScreeningReport(
        rules=first.rules,
        thresholds=first.thresholds,
        measures=pd.concat([report.measures for report in reports]).set_axis(case_index(responses)),
        flags=np.vstack([report.flags for report in reports]),
        excluding=first.excluding,
        kept=np.concatenate([report.kept for report in reports]),
        case_ids=responses.case_ids,
    )


def _excluding(exclude: Iterable[str] | None) -> tuple[str, ...]:
    chosen = set(RULES) if exclude is None else {exclude} if isinstance(exclude, str) else set(exclude)
    unknown = sorted(chosen - set(RULES))
    if unknown:
        raise ResponseError(f"no screening rule {', '.join(unknown)}; there are {', '.join(RULES)}")
    return tuple(name for name in RULES if name in chosen)


def kept_cases(responses: Responses, screening: ScreeningReport | None) -> np.ndarray:
    """Cases (n,) bool that a screening keeps, all without one; refuses a screening of other responses.

    Raises
    ------
    ResponseError
        when the case ids of the two differ.
    """
    if screening is None:
        return np.ones(responses.n, dtype=bool)
    if not np.array_equal(screening.case_ids, responses.case_ids):
        raise ResponseError(
            f"{responses.source}: the screening report is about other cases; screen these responses first"
        )
    return screening.kept
