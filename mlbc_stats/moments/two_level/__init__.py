"""Rows in clusters: what a two-level normal model needs of them, its likelihood, and its unrestricted maximum.

Rows with the codes of their clusters enter; sums per cluster and cluster size, the likelihood at the moments of both
levels with its derivatives, and the moments that maximize it leave. Read ``layout.py`` first.
"""
