"""How far people agree on numbers: raters of the same targets, members of the same group.

Ratings or answers enter; coefficients with tests and intervals leave. Read ``within_group.py`` first. Agreement on
categories (κ, Krippendorff's α) is in ``survey.raters``.
"""
