"""Every fit index, under one registry."""
