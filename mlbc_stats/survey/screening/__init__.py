"""Screening and scoring.

Responses enter; flags on careless or incomplete cases and scores of scales leave, the responses themselves unchanged.
Read ``flagging.py`` first.
"""

from mlbc_stats.survey.screening.flagging import ScreeningReport, kept_cases, screen
from mlbc_stats.survey.screening.scoring import score

__all__ = ["ScreeningReport", "kept_cases", "score", "screen"]
