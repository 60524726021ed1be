"""Structural equation models in lavaan syntax, one batch-first engine."""

from mlbc_stats.sem.advice import Advice
from mlbc_stats.sem.comparison import Comparison, compare
from mlbc_stats.sem.groups import InvarianceResult, invariance
from mlbc_stats.sem.latent_distribution import latent_moments
from mlbc_stats.sem.latent_scores import factor_scores
from mlbc_stats.sem.misspecification import misspecification_power
from mlbc_stats.sem.model import cfa, fit, growth
from mlbc_stats.sem.modification import modification_indices
from mlbc_stats.sem.montecarlo import MonteCarloResult, monte_carlo
from mlbc_stats.sem.noncentrality import satorra_saris
from mlbc_stats.sem.opinion import SecondOpinion, second_opinion
from mlbc_stats.sem.products import product_indicators
from mlbc_stats.sem.resampling import BootstrapResult, bootstrap
from mlbc_stats.sem.residual_matrices import residuals
from mlbc_stats.sem.results import SemResult
from mlbc_stats.sem.rotation import rotate
from mlbc_stats.sem.score import ScoreTest, score_test
from mlbc_stats.sem.wald import WaldTest, wald_test

__all__ = [
    "Advice",
    "BootstrapResult",
    "Comparison",
    "InvarianceResult",
    "MonteCarloResult",
    "ScoreTest",
    "SecondOpinion",
    "SemResult",
    "WaldTest",
    "bootstrap",
    "cfa",
    "compare",
    "factor_scores",
    "fit",
    "growth",
    "invariance",
    "latent_moments",
    "misspecification_power",
    "modification_indices",
    "monte_carlo",
    "product_indicators",
    "residuals",
    "rotate",
    "satorra_saris",
    "score_test",
    "second_opinion",
    "wald_test",
]
