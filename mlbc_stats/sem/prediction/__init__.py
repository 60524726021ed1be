"""Factor scores, latent moments and residuals.

A fitted model enters; what it says about cases, latent variables and what it leaves unexplained leaves. Start with
`factor_scores.py`.
"""
