"""Categories and shares of classes → probabilities of answers. Read ``latent_classes.py`` first."""
