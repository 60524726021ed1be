"""One file for each platform that collects answers.

A table of text enters; an export leaves that knows which columns are answers, ids and records of answering.
"""
