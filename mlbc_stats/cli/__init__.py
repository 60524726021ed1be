"""The command line: `mlbc`."""

from mlbc_stats.cli.app import app, main

__all__ = ["app", "main"]
