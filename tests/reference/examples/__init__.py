"""The examples of a textbook of latent variable models: data, models, numbers."""
