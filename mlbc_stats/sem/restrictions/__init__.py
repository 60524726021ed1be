"""Score and Wald tests, modification indices."""
