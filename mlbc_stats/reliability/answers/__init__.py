"""How answers are distributed: item by item, all together, within and between clusters.

A table of items enters; descriptive statistics leave. Read ``item_distribution.py`` first.
"""
