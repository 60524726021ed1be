"""Factor scores, latent moments and residuals."""
