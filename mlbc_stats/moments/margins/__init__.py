"""First step of ordinal moments: categories, thresholds, contingency tables, probit regressions."""
