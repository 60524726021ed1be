"""The commands of `mlbc`, one file each."""
