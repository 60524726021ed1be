"""A fitted model → scores of cases and information at places of the latent variable. Read ``scoring.py`` first."""
