"""Kinds of cases of prediction by composites."""
