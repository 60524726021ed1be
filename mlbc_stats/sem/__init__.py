"""Structural equation models in lavaan syntax, one batch-first engine."""

from mlbc_stats.sem.latent_scores import factor_scores
from mlbc_stats.sem.model import cfa, fit, growth
from mlbc_stats.sem.modification import modification_indices
from mlbc_stats.sem.opinion import SecondOpinion, second_opinion
from mlbc_stats.sem.resampling import BootstrapResult, bootstrap
from mlbc_stats.sem.residual_matrices import Residuals, residuals
from mlbc_stats.sem.results import SemResult

__all__ = [
    "BootstrapResult",
    "Residuals",
    "SecondOpinion",
    "SemResult",
    "bootstrap",
    "cfa",
    "factor_scores",
    "fit",
    "growth",
    "modification_indices",
    "residuals",
    "second_opinion",
]
