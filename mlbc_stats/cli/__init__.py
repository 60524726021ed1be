"""The command line: `mlbc`.

What is typed enters; one call of the library leaves, printed as a table or as JSON, with an honest exit code. Read
``app.py`` first.
"""

from mlbc_stats.cli.app import app, main

__all__ = ["app", "main"]
