"""The commands for planning: `mlbc plan`.

Propositions and a grid enter; tables of power, curves and files that can be resumed leave. Read ``plan.py`` first.
"""
