"""What a composite model says: constructs with their indicators, and the paths among them.

A model text enters; a `Specification` leaves. Start with `model_text.py`.
"""
