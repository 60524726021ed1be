"""Where the quantities come from that no model in lavaan syntax holds.

A proposition and what is known of the answers enter; its deciding quantities leave, to be judged by its decision form
(:mod:`mlbc_stats.theory.verdicts.decision_forms`). Read ``seam.py`` first, then ``table.py``.
"""
