"""Starting values of factors, paths and exploratory blocks."""
