"""Structural equation models in lavaan syntax, one batch-first engine."""

from mlbc_stats.sem.comparing.compare import Comparison, compare
from mlbc_stats.sem.comparing.invariance import InvarianceResult, invariance
from mlbc_stats.sem.comparing.level_fit import level_fit
from mlbc_stats.sem.comparing.nesting_table import NestingResult, nesting
from mlbc_stats.sem.comparing.partial_invariance import PartialInvariance, partial_invariance
from mlbc_stats.sem.comparing.vuong import Vuong, vuong
from mlbc_stats.sem.data.products import product_indicators
from mlbc_stats.sem.fitting.fit import cfa, fit, growth
from mlbc_stats.sem.fitting.moderated_result import ModeratedResult
from mlbc_stats.sem.fitting.rotate import rotate
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.interactions.slopes import JohnsonNeyman, SimpleSlopes, johnson_neyman, simple_slopes
from mlbc_stats.sem.peer.second_opinion import SecondOpinion, second_opinion
from mlbc_stats.sem.prediction.effects import effects
from mlbc_stats.sem.prediction.factor_scores import factor_scores
from mlbc_stats.sem.prediction.largest_residuals import largest_residuals
from mlbc_stats.sem.prediction.latent_moments import latent_moments
from mlbc_stats.sem.prediction.residuals import residuals
from mlbc_stats.sem.printing.advice import Advice
from mlbc_stats.sem.resampling.bootstrap import bootstrap
from mlbc_stats.sem.resampling.bootstrap_result import BootstrapResult
from mlbc_stats.sem.restrictions.misspecification import misspecification_power
from mlbc_stats.sem.restrictions.modification_indices import modification_indices
from mlbc_stats.sem.restrictions.score_test import ScoreTest, score_test
from mlbc_stats.sem.restrictions.wald_test import WaldTest, wald_test
from mlbc_stats.sem.simulation.dynamic_cutoffs import DynamicCutoffs, dynamic_cutoffs
from mlbc_stats.sem.simulation.fit_cutoffs import FitCutoffs, fit_cutoffs
from mlbc_stats.sem.simulation.monte_carlo import MonteCarloResult, monte_carlo
from mlbc_stats.sem.simulation.power import satorra_saris
from mlbc_stats.sem.two_step.sam import sam
from mlbc_stats.sem.two_step.sam_result import SamResult

__all__ = [
    "Advice",
    "BootstrapResult",
    "Comparison",
    "DynamicCutoffs",
    "FitCutoffs",
    "InvarianceResult",
    "JohnsonNeyman",
    "ModeratedResult",
    "MonteCarloResult",
    "NestingResult",
    "PartialInvariance",
    "SamResult",
    "ScoreTest",
    "SecondOpinion",
    "SemResult",
    "SimpleSlopes",
    "Vuong",
    "WaldTest",
    "bootstrap",
    "cfa",
    "compare",
    "dynamic_cutoffs",
    "effects",
    "factor_scores",
    "fit",
    "fit_cutoffs",
    "growth",
    "invariance",
    "johnson_neyman",
    "largest_residuals",
    "latent_moments",
    "level_fit",
    "misspecification_power",
    "modification_indices",
    "monte_carlo",
    "nesting",
    "partial_invariance",
    "product_indicators",
    "residuals",
    "rotate",
    "sam",
    "satorra_saris",
    "score_test",
    "second_opinion",
    "simple_slopes",
    "vuong",
    "wald_test",
]


def __dir__() -> list[str]:
    return __all__
