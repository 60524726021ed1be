"""What screening found: flags, the indices behind them, and which cases are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mlbc_stats.errors import ResponseError
from mlbc_stats.showing import Shown
from mlbc_stats.survey.responses.model import Responses
from mlbc_stats.survey.screening.rules.registry import RULES


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What one rule found: `index` and `flags` (n,), where flagging begins, in words, and why there is no index."""

    index: np.ndarray
    flags: np.ndarray
    threshold: float
    criterion: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ScreeningReport(Shown):
    """What screening found. The responses themselves are untouched.

    Attributes
    ----------
    rules : (r,) names of the rules applied, combinations of rules last.
    thresholds : rule → threshold.
    measures : (n, r) DataFrame of the indices behind the flags, NaN where an index could not be computed.
    flags : (n, r) bool.
    excluding : rules whose flags exclude a case.
    kept : (n,) bool, cases that no excluding rule flags.
    case_ids : (n,) str.
    criteria : rule → what it flags, in words.
    reasons : rule → why it could not be computed for anybody.
    policy : title of the policy.

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
    criteria: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    policy: str = ""

    def _facts(self) -> Mapping[str, object]:
        return {"cases": len(self.kept), "kept": int(self.kept.sum()), "rules": self.rules}

    def table(self) -> pd.DataFrame:
        """Counts per rule, then of cases excluded and kept, without flagging rules that had nothing to look at.

        Columns: `rule`, `criterion`, `excludes`, `evaluated` (cases for which the index is known), `flagged`,
        `share` (of all cases), `alone` (cases that no other excluding rule flags).
        """
        n = len(self.kept)
        rows = [self._row(place, rule) for place, rule in enumerate(self.rules)]
        rows = [row for row in rows if row["excludes"] or row["evaluated"]]
        rows += [
            {
                "rule": name,
                "criterion": words,
                "excludes": False,
                "evaluated": n,
                "flagged": int(count),
                "alone": int(count),
            }
            for name, words, count in (
                ("excluded", "flagged by at least one excluding rule", n - self.kept.sum()),
                ("kept", "all other cases", self.kept.sum()),
            )
        ]
        table = pd.DataFrame(rows)
        columns = ["rule", "criterion", "excludes", "evaluated", "flagged", "share", "alone"]
        return table.assign(share=table["flagged"] / max(n, 1))[columns]

    def _row(self, place: int, rule: str) -> dict[str, object]:
        others = [self.rules.index(name) for name in self.excluding if name != rule]
        alone = self.flags[:, place] & ~self.flags[:, others].any(axis=1)
        return {
            "rule": rule,
            "criterion": self.criteria[rule],
            "excludes": rule in self.excluding,
            "evaluated": int(self.measures[rule].notna().sum()),
            "flagged": int(self.flags[:, place].sum()),
            "alone": int(alone.sum()),
        }

    def sources(self) -> pd.DataFrame:
        """Source and known errors of every rule applied; columns `rule`, `source`, `known`, `not_computed` (why)."""
        rows = [
            {
                "rule": rule,
                "source": RULES[rule].source,
                "known": RULES[rule].known,
                "not_computed": self.reasons.get(rule, ""),
            }
            for rule in self.rules
            if rule in RULES
        ]
        return pd.DataFrame(rows, columns=["rule", "source", "known", "not_computed"])


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
