"""Translations of instruments: their files, exchange with translators, completeness."""
