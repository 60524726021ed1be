"""Who answered, how far they came, and which cases are used.

Responses and a screening enter; tables of the sample leave. Read ``sample_profile.py`` first.
"""
