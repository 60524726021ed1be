"""Screening and scoring.

Responses enter; flags on careless, incomplete or automated cases and scores of scales leave, the responses themselves
unchanged. Read ``flagging.py`` first.
"""

from mlbc_stats.survey.screening.flagging import screen
from mlbc_stats.survey.screening.policy import ScreeningPolicy, load_policy
from mlbc_stats.survey.screening.report import ScreeningReport, kept_cases
from mlbc_stats.survey.screening.scoring import score

__all__ = ["ScreeningPolicy", "ScreeningReport", "kept_cases", "load_policy", "score", "screen"]
