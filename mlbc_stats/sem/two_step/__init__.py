"""Structural-after-measurement estimation: measurement blocks first, the structural model on their latent moments.

Model text and data enter; a result that holds the measurement fits, the structural fit and the joint solution leaves.
Start with `sam.py`.
"""
