"""From coefficients to verdicts."""
