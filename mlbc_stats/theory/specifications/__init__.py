"""The same propositions under other defensible choices of analysis.

Responses and a screening enter; every deciding coefficient under every choice leaves. Read ``running.py`` first.
"""
