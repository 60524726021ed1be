"""Composites: weighted sums of observed variables inside the RAM model.

Weights and the indicators' own covariances enter; loadings, residual covariances and variances that make the variable C
of the model equal to w'x leave, with their exact derivatives. Start with `blocks.py`.
"""
