"""What several stages of one study need, fitted once.

A study's material enters; fits, scales and verdicts leave, each in a file of its own, so that a stage rests on those
that it asks for and on no other. Read ``settled.py`` first.
"""
