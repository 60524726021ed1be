"""Find the files that ship with the package: instruments and data, from a wheel or from a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder.

    The package directory is tried first (a wheel carries ``instruments/`` and ``data/`` inside it), then the
    checkout beside the package.

    Raises
    ------
    FileNotFoundError
        when neither place has it; the message names both.

    Examples
    --------
    >>> resource("instruments").is_dir()
    True
    """
    places = [PACKAGE.joinpath(*parts), PACKAGE.parent.joinpath(*parts)]
    for place in places:
        if place.exists():
            return place
    tried = " and ".join(str(place) for place in places)
    raise FileNotFoundError(f"no shipped file {'/'.join(parts)!r}: looked at {tried}; reinstall mlbc-stats")
