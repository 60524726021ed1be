"""Table to sufficient statistics: columns, complete, missing and ordinal data, weights."""

from mlbc_stats.moments.ordinal.polychoric_table import PolychoricResult, polychoric

__all__ = ["PolychoricResult", "polychoric"]
