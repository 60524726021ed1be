"""A latent variable and item parameters → probabilities of answers with their derivatives. Read ``layout.py`` first."""
