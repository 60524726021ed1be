"""Everything between the data and the structural model in one call.

Keyed items and a measurement model enter; items, scales, number of factors, loadings, validity and method variance
leave. Start with ``measure.py``.
"""
