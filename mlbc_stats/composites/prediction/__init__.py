"""Out-of-sample prediction of composite models: PLSpredict and the tests of predictive ability on it.

A fit enters; predictions of every case by models that have not seen it leave. Read ``predicting.py`` first.
"""
