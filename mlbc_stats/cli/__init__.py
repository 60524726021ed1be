"""The command line: `mlbc`.

What is typed enters; one call of the library leaves, printed as a table or as JSON, with an honest exit code. Read
``app.py`` first.
"""

import sys

from mlbc_stats.cli.stopped import INTERRUPTED, MESSAGE


def main() -> None:
    """Entry point of the `mlbc` command; what it imports takes a moment, in which it may be stopped too."""
    try:
        from mlbc_stats.cli.app import app

        app()
    except KeyboardInterrupt:
        sys.stderr.write(f"{MESSAGE}\n")
        sys.exit(INTERRUPTED)


__all__ = ["main"]
