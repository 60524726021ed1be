"""Readers of platform exports.

A file exported by a survey platform and its instrument enter; `Responses` leaves, or complaints that name line
and column. Read ``registry.py`` first.
"""
