"""From a list of units to invitations, and to the lists that each platform imports. Read ``inviting.py`` first."""
