"""Parameter table to the RAM model, its moments and their derivatives.

A parameter table enters; a model per group leaves that gives the implied moments at any parameters, with first and
second derivatives, through one interface for continuous and ordinal variables. Start with `ram.py`.
"""
