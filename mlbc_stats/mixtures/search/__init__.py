"""Starts and the climb from each of them, many at once. Read ``expectation_maximization.py`` first."""
