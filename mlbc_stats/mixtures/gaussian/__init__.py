"""Measurements and shares of classes → means and covariances of fourteen structures. Read ``covariances.py`` first."""
