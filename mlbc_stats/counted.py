"""Say how many there are of something."""

from __future__ import annotations


def counted(count: int, singular: str, plural: str = "") -> str:
    """A number with its noun.

    Parameters
    ----------
    plural : where it is not the singular with an s.

    Examples
    --------
    >>> counted(1, "column"), counted(0, "row"), counted(2, "reply", "replies")
    ('1 column', '0 rows', '2 replies')
    """
    return f"{count} {singular if count == 1 else plural or f'{singular}s'}"
