"""A drawing with what a page needs to show it: title, description, notes, origin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from mlbc_stats.errors import DataError
from mlbc_stats.report.figures.raster import DPI, png_bytes
from mlbc_stats.report.figures.svg import finish_svg, own_ids, themed
from mlbc_stats.report.render.html import stamp_html
from mlbc_stats.report.render.sheet import SYNTHETIC_NOTE
from mlbc_stats.showing import Shown


@dataclass(frozen=True, slots=True, repr=False)
class Figure(Shown):
    """An SVG drawing, scalable and without anything from outside, with its caption.

    Attributes
    ----------
    title : what it shows, printed as the caption.
    svg : the drawing, complete with ``viewBox``, title, description and (if synthetic) the watermark.
    description : the same in words, for those who cannot see it.
    notes : texts below the caption.
    synthetic : True stamps it; False declares real data; None takes what the document says.
    min_width, max_width : pixels between which it is legible; a narrower page scrolls it.
    identifier : a short name for files and anchors.

    Examples
    --------
    >>> figure = Figure("A dot", '<svg viewBox="0 0 9 9"><circle r="3"/></svg>', "One dot.", synthetic=True)
    >>> "SYNTHETIC" in figure.to_html()
    True
    """

    title: str
    svg: str
    description: str = ""
    notes: tuple[str, ...] = ()
    synthetic: bool | None = None
    min_width: int = 0
    max_width: int = 640
    identifier: str = ""
    _pixels: bytes = b""

    def marked(self, synthetic: bool) -> Figure:
        """The same figure with its origin declared and its drawing stamped accordingly."""
        drawing = finish_svg(self.svg, self.title, self.description, synthetic)
        pixels = self._pixels if drawing == self.svg else b""
        return replace(self, svg=drawing, synthetic=synthetic, _pixels=pixels)

    def drawn(self) -> Figure:
        """The same figure with its pixels, which are then drawn no second time."""
        return replace(self, _pixels=self.to_png())

    def to_html(self, label: str = "") -> str:
        """An HTML fragment: stamped caption, the drawing inline in a scrolling container, notes."""
        identifier = escape(self.identifier or "figure")
        number = f'<span class="number">{escape(label)}</span> ' if label else ""
        drawing = themed(own_ids(self.marked(bool(self.synthetic)).svg, identifier))
        notes = (SYNTHETIC_NOTE, *self.notes) if self.synthetic else self.notes
        data = ' data-synthetic="true"' if self.synthetic else ""
        caption = f"{stamp_html(bool(self.synthetic))}{number}{escape(self.title)}"
        size = f"min-width: {self.min_width}px; max-width: {self.max_width}px"
        lines = [
            f'<figure class="drawing" id="{identifier}"{data}>',
            f'<figcaption id="{identifier}--caption">{caption}</figcaption>',
            f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{identifier}--caption">',
            f'<div class="canvas" style="{size}">{drawing}</div>',
            "</div>",
            *(f'<p class="note">{escape(note)}</p>' for note in notes),
            "</figure>",
        ]
        return "\n".join(lines)

    def to_png(self, dpi: int = DPI) -> bytes:
        """The drawing in pixels on white paper, 300 to the inch by default."""
        return self._pixels if self._pixels and dpi == DPI else png_bytes(self.svg, dpi)

    def save(self, path: str | Path) -> Path:
        """Write the drawing to `path`, ``.svg`` or ``.png``.

        Raises
        ------
        DataError
            when the ending is neither.
        """
        target = Path(path)
        ending = target.suffix.lower()
        if ending not in (".svg", ".png"):
            raise DataError(f"cannot write {target.name}: expected a name that ends in .svg or .png")
        target.write_bytes(self.svg.encode("utf-8") if ending == ".svg" else self.to_png())
        return target

    def _repr_html_(self) -> str:
        return self.to_html()
