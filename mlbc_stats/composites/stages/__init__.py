"""Models that are estimated in more than one stage: constructs of higher order, products of constructs.

A specification enters; the specifications of its stages, and what passes between them, leave. Read ``plan.py`` first.
"""
