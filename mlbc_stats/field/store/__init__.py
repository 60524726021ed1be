"""The store of a fielding: invitations with hashed tokens, pages as they arrived. Read ``schema.py`` first."""
