"""Scalar kernels of fit indices, one small file per family; `mlbc_stats.sem.fitmeasures` assembles them."""
