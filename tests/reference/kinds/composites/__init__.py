"""Adapters of the kinds of composite models: partial least squares, its consistent form, prediction, invariance."""
