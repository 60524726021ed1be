"""Every deciding coefficient under every specification, and what changes among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class Robustness(Shown):
    """Deciding coefficients under other choices of analysis.

    Attributes
    ----------
    estimates : one row per quantity and specification: proposition, quantity, specification (1 is the default
        analysis), estimator, missing, cases, controls, n, estimate, se, level, lower, upper, outcome (of the
        coefficient), verdict (of the proposition, without gates), sign_flip, contradicts, reason (why there is no
        number).
    notes : what a reader must be told.
    synthetic : True when no respondent gave the answers.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population().clean(), n=200, seed=2)
    >>> found = theory.robustness(responses, ["M5r"], estimators=["ML"])
    >>> isinstance(found, theory.Robustness), found.summary()["sign_flips"].tolist()
    (True, [0])
    """

    estimates: pd.DataFrame
    notes: tuple[str, ...]
    synthetic: bool

    def summary(self) -> pd.DataFrame:
        """One row per quantity: the default estimate, least, median and greatest of all, and how often they agree.

        Columns: proposition, quantity, default, controlled (the default analysis with controls), least, median,
        greatest, specifications (that gave a number), sign_flips (sign other than the default's), contradictions
        (interval that excludes zero on the other side than the default's), verdict (default), same_verdict
        (specifications with that verdict).
        """
        import pandas as pd

        groups = self.estimates.groupby(["proposition", "quantity"], sort=False)
        return pd.DataFrame([_row(part) for _, part in groups])

    @property
    def flips(self) -> pd.DataFrame:
        """The rows of `estimates` whose sign is not that of the default analysis."""
        return self.estimates[self.estimates["sign_flip"]]

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `summary`."""
        return self.summary()


def flagged(estimates: pd.DataFrame) -> pd.DataFrame:
    """The estimates with sign_flip and contradicts, against the first specification of each quantity."""
    default = estimates.groupby(["proposition", "quantity"], sort=False)[
        ["estimate", "lower", "upper"]
    ].transform(lambda column: column.iloc[0])
    known = estimates["estimate"].notna() & default["estimate"].notna()
    flip = known & (np.sign(estimates["estimate"]) != np.sign(default["estimate"]))
    above, below = estimates["lower"] > 0, estimates["upper"] < 0
    contradicts = (above & (default["upper"] < 0)) | (below & (default["lower"] > 0))
    return estimates.assign(sign_flip=flip, contradicts=contradicts)


def _controlled(part: pd.DataFrame) -> float:
    """The estimate of the default analysis once controls are held constant; NaN without controls."""
    same = (
        part[["estimator", "missing", "cases"]]
        .eq(part[["estimator", "missing", "cases"]].iloc[0])
        .all(axis=1)
    )
    found = part.loc[same & (part["controls"] == "with"), "estimate"]
    return float(found.iloc[0]) if len(found) else float("nan")


def _row(part: pd.DataFrame) -> dict[str, object]:
    found = part["estimate"].dropna()
    verdict = part["verdict"].iloc[0]
    return {
        "proposition": part["proposition"].iloc[0],
        "quantity": part["quantity"].iloc[0],
        "default": part["estimate"].iloc[0],
        "controlled": _controlled(part),
        "least": found.min(),
        "median": found.median(),
        "greatest": found.max(),
        "specifications": len(found),
        "sign_flips": int(part["sign_flip"].sum()),
        "contradictions": int(part["contradicts"].sum()),
        "verdict": verdict,
        "same_verdict": int((part["verdict"] == verdict)[part["estimate"].notna()].sum()),
    }
