"""Bootstrap and its intervals."""
