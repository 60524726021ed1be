"""Propositions, the models that test them and the verdicts."""
