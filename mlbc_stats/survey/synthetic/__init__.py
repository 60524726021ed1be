"""Synthetic respondents.

A declared population and an instrument enter; responses drawn from it leave, or the exact moments of its items. Read
``population.py`` first, then ``simulation.py``.
"""

from mlbc_stats.survey.synthetic.discretization import population_moments
from mlbc_stats.survey.synthetic.pilot import pilot_population
from mlbc_stats.survey.synthetic.population import Careless, Missingness, Nesting, Population, Timing
from mlbc_stats.survey.synthetic.simulation import simulate

__all__ = [
    "Careless",
    "Missingness",
    "Nesting",
    "Population",
    "Timing",
    "pilot_population",
    "population_moments",
    "simulate",
]
