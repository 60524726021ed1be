"""From item to proposition and back.

The id of an item, element, construct, proposition or model enters; everything it hangs together with leaves. Read
``tracing.py`` first.
"""
