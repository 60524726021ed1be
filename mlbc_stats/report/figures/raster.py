"""Turn an SVG drawing into pixels, the same on every machine."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from mlbc_stats.report.figures.svg import view_box

DPI = 300
"""Pixels an inch that journals ask for."""
UNITS = 72
"""Units of a drawing that make an inch: points."""
FONT = "DejaVu Sans"
"""The one font of the pixels: it comes with matplotlib, so that no machine lacks it."""


def png_bytes(drawing: str, dpi: int = DPI) -> bytes:
    """The drawing as a PNG on white paper, with its resolution written into the file.

    Drawn by resvg (through resvg-py) with matplotlib's copy of DejaVu Sans, whatever fonts the machine has.

    Parameters
    ----------
    drawing : SVG text with a ``viewBox`` in points, 72 to the inch.
    dpi : pixels an inch.

    Examples
    --------
    >>> pixels = png_bytes('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 36"></svg>')
    >>> struct.unpack(">II", pixels[16:24])
    (300, 150)
    """
    import resvg_py

    pixels = resvg_py.svg_to_bytes(
        svg_string=drawing,
        background="white",
        skip_system_fonts=True,
        font_files=_fonts(),
        font_family=FONT,
        sans_serif_family=FONT,
        width=round(view_box(drawing)[2] * dpi / UNITS),
    )
    return _with_resolution(bytes(pixels), dpi)


def font_folder() -> str:
    """Folder of the fonts that come with matplotlib, DejaVu among them.

    Examples
    --------
    >>> (Path(font_folder()) / "DejaVuSans.ttf").is_file()
    True
    """
    import matplotlib as mpl

    return str(Path(mpl.get_data_path()) / "fonts" / "ttf")


def _fonts() -> list[str]:
    return [
        str(Path(font_folder()) / name)
        for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf")
    ]


def _with_resolution(pixels: bytes, dpi: int) -> bytes:
    """The file with a ``pHYs`` chunk after its header (PNG specification, 11.3.4.3): pixels a meter."""
    chunk = b"pHYs" + struct.pack(">IIB", *[round(dpi / 0.0254)] * 2, 1)
    end = 33  # eight bytes of signature, twenty-five of the header
    return pixels[:end] + struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk)) + pixels[end:]
