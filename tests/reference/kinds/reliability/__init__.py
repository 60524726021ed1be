"""Kinds of cases of scales and of agreement."""
