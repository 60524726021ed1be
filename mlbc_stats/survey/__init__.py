"""Instruments, responses, screening and scoring."""
