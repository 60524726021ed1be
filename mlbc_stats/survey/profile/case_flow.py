"""The way of the cases from the file to the analysis, with the reason of everyone set aside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mlbc_stats.survey.responses.model import Responses
from mlbc_stats.survey.screening.report import ScreeningReport, kept_cases


def case_flow(responses: Responses, screening: ScreeningReport) -> pd.DataFrame:
    """Cases read, set aside rule by rule, and kept, with the units they speak about.

    A case that several rules flag is set aside by the first of them, so that the counts add up; `flagged` tells how
    many each rule flags in all. Rows that never became cases (blank, or without consent) are counted first; nobody
    knows their units.

    Parameters
    ----------
    responses : answers.
    screening : what `survey.screen` found in them.

    Returns
    -------
    DataFrame
        One row per step: step ("read", "set aside", "kept"), reason (criterion of the rule, or ""), cases, flagged,
        units (solutions or organizations with a case in this step). Rules that excluded nobody are left out.

    Raises
    ------
    ResponseError
        when the screening belongs to other responses.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=200, seed=1)
    >>> flow = survey.case_flow(responses, survey.screen(responses)).set_index("step")
    >>> cases = flow.groupby(level=0)["cases"].sum()
    >>> int(cases["read"] - cases["set aside"] - cases["kept"])
    0
    """
    kept = kept_cases(responses, screening)
    everyone = np.ones(responses.n, dtype=bool)
    aside = {reason: count for reason, count in responses.set_aside.items() if count}
    rows = [_row(responses, "read", "", everyone, beside=sum(aside.values()))]
    rows += [_row(responses, "set aside", reason, ~everyone, beside=count) for reason, count in aside.items()]
    left = np.ones(responses.n, dtype=bool)
    for position, rule in enumerate(screening.rules):
        if rule not in screening.excluding:
            continue
        flagged = screening.flags[:, position]
        aside = left & flagged
        left &= ~flagged
        if flagged.any():
            reason = screening.criteria[rule]
            rows.append(_row(responses, "set aside", reason, aside, int(flagged.sum())))
    rows.append(_row(responses, "kept", "", kept))
    return pd.DataFrame(rows, columns=["step", "reason", "cases", "flagged", "units"])


def _row(
    responses: Responses,
    step: str,
    reason: str,
    cases: np.ndarray,
    flagged: int | None = None,
    beside: int = 0,
) -> dict[str, object]:
    """One step; `beside` counts rows of the file that never became cases."""
    count = int(cases.sum()) + beside
    return {
        "step": step,
        "reason": reason,
        "cases": count,
        "flagged": count if flagged is None else flagged,
        "units": len(set(responses.unit_ids[cases].tolist())),
    }
