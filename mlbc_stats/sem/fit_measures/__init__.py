"""Every fit index under one registry.

Scalars gathered from a solution and its baseline enter; all indices under the names of lavaan leave, each from a
kernel of its own. Start with `registry.py`.
"""
