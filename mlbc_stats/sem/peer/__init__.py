"""The same model in semopy.

A fitted model enters; the estimates of another program leave, or the reason why there are none. Start with
`second_opinion.py`.
"""
