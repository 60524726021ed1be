"""Where results come from: the source behind a stage, the crate of a run, the way back from a number.

A run's record and a manuscript's lists enter; digests, a description for archives and traces leave. Read ``trace.py``
first.
"""
