"""The same model in semopy, in a process of its own."""
