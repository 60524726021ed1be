"""YAML files with their line numbers."""
