"""Ordinal variables: their cells, moments, samples, robust indices and factor scores."""
