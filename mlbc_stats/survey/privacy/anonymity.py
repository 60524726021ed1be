"""How many others every respondent is alike in what others could know about them (k-anonymity)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlbc_stats.errors import ResponseError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.showing import Shown
from mlbc_stats.survey.responses.model import Responses

UNIT = "unit of the case"
K = 5
"""Units that are alike, from which a file may be passed on."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AnonymityReport(Shown):
    """Which respondents are alike in the variables that others could know.

    Attributes
    ----------
    variables : (v,) the variables taken together.
    wanted : the smallest class that is allowed.
    k : units in the smallest class; 0 without cases.
    classes : one row per combination of values: the variables, `cases`, `units`.
    sizes : (n,) int, units in the class of each case.
    without : variable → cases in classes that are too small, were that variable left out.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> report = survey.anonymity(survey.simulate(survey.pilot_population(), n=200, seed=1), k=5)
    >>> isinstance(report, AnonymityReport), report.k <= 200
    (True, True)
    """

    variables: tuple[str, ...]
    wanted: int
    k: int
    classes: pd.DataFrame
    sizes: np.ndarray
    without: Mapping[str, int]

    def _facts(self) -> Mapping[str, object]:
        return {
            "k": self.k,
            "wanted": self.wanted,
            "variables": self.variables,
            "cases at risk": self.at_risk,
        }

    @property
    def holds(self) -> bool:
        """Whether every class is large enough."""
        return self.k >= self.wanted

    @property
    def at_risk(self) -> int:
        """Cases in classes that are too small."""
        return int((self.sizes < self.wanted).sum())

    def table(self) -> pd.DataFrame:
        """Per variable: its `values`, the `units` with the rarest of them, and `cases_at_risk_without` it."""
        rows = [
            {
                "variable": name,
                "values": self.classes[name].nunique(dropna=False),
                "rarest": int(self.classes.groupby(name, dropna=False)["units"].sum().min()),
                "cases_at_risk_without": self.without[name],
            }
            for name in self.variables
            if len(self.classes)
        ]
        return pd.DataFrame(rows, columns=["variable", "values", "rarest", "cases_at_risk_without"])


def anonymity(
    responses: Responses, k: int = K, variables: Sequence[str] | None = None, leave_out: Collection[str] = ()
) -> AnonymityReport:
    """Check that every combination of what others could know is shared by at least k units.

    Two cases are in one class when they agree in all `variables`; a missing answer is a value of its own. The size of
    a class is the number of different units (solutions, organizations) in it, since ten colleagues of one organization
    do not hide it; where every case is a unit of its own this is the k of Sweeney.

    Parameters
    ----------
    responses : answers.
    k : units that every class should have.
    variables : names of context questions; by default all closed ones and numbers that the instrument asks for
        (phase, size, tenure, ...), which is what others may know, and ``informant_group`` where the files tell it.
    leave_out : variables not to count, as they will not be passed on.

    Returns
    -------
    AnonymityReport

    Raises
    ------
    ResponseError
        for a `k` below 2 and names that are no context questions.

    References
    ----------
    Sweeney, L. (2002). k-anonymity: a model for protecting privacy. doi:10.1142/S0218488502001648

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=200, seed=1)
    >>> report = survey.anonymity(responses, variables=["phase"])
    >>> report.holds, sorted(report.classes.columns)
    (True, ['cases', 'phase', 'units'])
    """
    if k < 2:
        raise ResponseError(f"k is {k}; from 2 on somebody is like somebody else")
    values = _values(responses)
    known = [str(name) for name in values.columns if name != UNIT]
    chosen = tuple(known if variables is None else variables)
    strange = [name for name in (*chosen, *leave_out) if name not in known]
    if strange:
        raise ResponseError(
            f"{strange[0]!r} is no closed context question{did_you_mean(strange[0], known)}; "
            f"there are {', '.join(known) or 'none'}"
        )
    kept = tuple(name for name in chosen if name not in leave_out)
    sizes = _class_sizes(values, kept)
    return AnonymityReport(
        kept,
        k,
        int(sizes.min(initial=responses.n)) if responses.n else 0,
        _classes(values, kept),
        sizes,
        {name: int((_class_sizes(values, [one for one in kept if one != name]) < k).sum()) for name in kept},
    )


def _values(responses: Responses) -> pd.DataFrame:
    """All variables that others may know, NaN where missing for whatever reason, and the unit of each case."""
    frame = responses.context[list(responses.context_reasons.columns)]
    if "informant" not in frame and any(responses.informants):
        frame = frame.assign(informant_group=responses.informants)
    return frame.assign(**{UNIT: responses.unit_ids})


def _class_sizes(values: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Different units in the class of each case; one class without variables."""
    if not names:
        return np.full(len(values), values[UNIT].nunique())
    return values.groupby(list(names), dropna=False)[UNIT].transform("nunique").to_numpy(dtype=int)


def _classes(values: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    if not names:
        return pd.DataFrame({"cases": [len(values)], "units": [values[UNIT].nunique()]})
    grouped = values.groupby(list(names), dropna=False)[UNIT]
    counted = grouped.agg(cases="size", units="nunique").reset_index()
    return counted.sort_values(["units", *names], ignore_index=True)
