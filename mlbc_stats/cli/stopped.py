"""What Ctrl-C leaves: one line and its exit code. Nothing is imported here, since it may strike at once."""

INTERRUPTED = 130
MESSAGE = "stopped before the end"
