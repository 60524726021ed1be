"""What is maximized: the likelihood over nodes, the quasi-likelihood, and the climb to a maximum."""
