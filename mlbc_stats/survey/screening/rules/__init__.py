"""Rules of screening: which index, which side of which threshold, and what is known about its errors.

Responses enter; one measure per rule and case leaves. Read ``registry.py`` first.
"""
