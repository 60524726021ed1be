"""Correlations behind ordinal answers: polychoric, polyserial, by tables or case by case."""
