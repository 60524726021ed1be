"""Cases of many kinds against our interface, one adapter a kind.

A corpus is a folder with `cases/<id>.json`, `data/*.csv` and `annotations.json`; `MLBC_CORPUS` names another one than
the project's own in `own/`. An adapter is a file `<room>/<kind>.py` with one function `result(case, corpus)`, which
gives numbers in the shape of the case's `expected`. `make reference-cases CORPUS=folder` prints what agrees.
"""
