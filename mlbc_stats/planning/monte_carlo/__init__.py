"""Power, bias and coverage of propositions by simulation, over a grid of conditions.

Propositions and conditions enter; what the decision rules would conclude in thousands of samples leaves. Read
``plan.py`` first, then ``questions.py``, ``chunk.py`` and ``summary.py``.
"""
