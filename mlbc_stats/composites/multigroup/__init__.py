"""Composite models in groups: invariance of composites, and differences of everything else.

A fit and one group label per case enter; both are estimated again in every group. Read ``splitting.py`` first, then
``invariance.py`` and ``comparing.py``.
"""
