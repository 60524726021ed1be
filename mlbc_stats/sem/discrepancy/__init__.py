"""Estimation method, discrepancy functions and the objective they make with the model."""
