"""First step of ordinal moments: categories, thresholds, contingency tables, probit regressions.

Codes of answers and covariates enter; thresholds, slopes and variances of one variable at a time leave, with the
influence of every case on them. Read ``univariate.py`` first.
"""
