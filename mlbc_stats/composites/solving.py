"""From cases, counted so often as each resample says, to estimates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates, find_weights, from_weights
from mlbc_stats.composites.options import Options
from mlbc_stats.composites.sample.correlations import correlations
from mlbc_stats.composites.sample.reading import Sample
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.weighting.orientation import align

Array = NDArray[Any]


def solve(
    sample: Sample, counts: Array, model: Specification, options: Options, reference: Array | None = None
) -> tuple[Estimates, Array]:
    """Estimates of resamples, and which composites were turned to the sign of a reference.

    Parameters
    ----------
    counts : (B, n) how often each case is in each resample; sampling weights multiply them.
    reference : (m, p) weights whose signs count; None keeps the signs as they come.

    Returns
    -------
    estimates, turned : turned (B, m) bool.
    """
    mass = counts if sample.weights is None else counts * sample.weights
    r = correlations(sample.rows, sample.names, sample.ordered, sample.missing, mass)
    found = find_weights(r, model, options)
    turned = np.zeros(found.values.shape[:2], bool)
    if reference is not None:
        values, turned = align(found.values, r, reference, model)
        found = replace(found, values=values)
    return from_weights(r, found, model, options), turned
