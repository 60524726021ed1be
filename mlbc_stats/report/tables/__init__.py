"""Tables of results, unrounded until they are written."""
