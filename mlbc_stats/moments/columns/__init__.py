"""Columns of any table, read as numbers or categories.

A data frame, a mapping or a structured array enters; float arrays [n, columns] with NaN for missing values,
or codes of groups with their labels, leave, or a complaint that names column and row. Read ``reading.py`` first.
"""

from mlbc_stats.moments.columns.access import column, column_names
from mlbc_stats.moments.columns.reading import ordered_columns, read_categories, read_columns, read_labels

__all__ = ["column", "column_names", "ordered_columns", "read_categories", "read_columns", "read_labels"]
