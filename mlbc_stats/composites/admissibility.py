"""What makes a solution inadmissible, in words."""

from __future__ import annotations

import numpy as np

from mlbc_stats.composites.estimation import Estimates, corrected
from mlbc_stats.composites.options import Options
from mlbc_stats.composites.specification.constructs import Specification


def inadmissible(found: Estimates, model: Specification, options: Options) -> list[str]:
    """Sentences about reliabilities, loadings and correlations of the first sample that no population can have."""
    told = []
    for j in np.flatnonzero(corrected(model, options)):
        name, rho = model.names[j], found.reliability[0, j]
        own = list(model.blocks[j])
        if not np.isfinite(rho):
            told.append(
                f"{name}: ρ_A is not defined (the indicators correlate negatively on balance), so neither are its "
                "loadings and paths; recode reversed indicators or treat it as a composite (`<~`)"
            )
        elif rho > 1:
            told.append(f"{name}: ρ_A is {rho:.3f}, above one; its corrected correlations are not admissible")
        large = [model.indicators[k] for k in own if abs(found.loadings[0, j, k]) > 1]
        if large:
            told.append(f"{name}: a loading above one ({', '.join(large)}); its error variance is negative")
    m = len(model.names)
    phi = found.construct_correlation[0, :m, :m]
    if np.isfinite(phi).all() and np.linalg.eigvalsh(phi)[0] < 0:
        told.append(
            "the corrected correlations of the constructs form no correlation matrix: two constructs are nearly the "
            "same or the sample is small"
        )
    return told
