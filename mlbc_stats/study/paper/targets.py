"""Tables, figures and references of a manuscript as raw parts of its Markdown, one way for each kind of file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from types import MappingProxyType

from mlbc_stats.report import Figure, Table
from mlbc_stats.report.documents.printed.docx import picture_inches
from mlbc_stats.report.documents.printed.pdf import typst_figure
from mlbc_stats.report.render.openxml import (
    openxml_caption,
    openxml_reference,
    openxml_table,
    paragraph,
    run,
)
from mlbc_stats.report.render.sheet import SYNTHETIC, SYNTHETIC_NOTE
from mlbc_stats.report.render.typst import typst_table
from mlbc_stats.study.paper.exhibits import Exhibit

FENCE = "`" * 8


@dataclass(frozen=True, slots=True)
class Target:
    """How a kind of file shows an exhibit, a reference to one, and a notice."""

    name: str
    exhibit: Callable[[Exhibit], str]
    reference: Callable[[str, str], str]
    notice: Callable[[str], str]


def _raw(text: str, kind: str) -> str:
    return f"\n\n{FENCE}{{={kind}}}\n{text}\n{FENCE}\n\n"


def _word(exhibit: Exhibit) -> str:
    block = exhibit.block
    if isinstance(block, Table):
        return _raw("".join(openxml_table(block.sheet("−"), exhibit.number, exhibit.anchor)), "openxml")
    title = f"{block.title} ({SYNTHETIC} data)" if block.synthetic else block.title
    caption = openxml_caption("Figure", exhibit.number, title, exhibit.anchor)
    notes = "".join(paragraph(run(note), "TableNote") for note in _notes(block))
    return _raw(caption, "openxml") + _picture(exhibit, block) + _raw(notes, "openxml")


def _picture(exhibit: Exhibit, figure: Figure) -> str:
    """The drawing in pixels; its description goes along for those who cannot see it."""
    width, height = picture_inches(figure)
    spoken = re.sub(r"([\[\]\\*_`<>$])", r"\\\1", figure.description or figure.title)
    size = f"{{width={width:.3f}in height={height:.3f}in}}"
    return f"![{spoken}]({exhibit.anchor}.png){size}\n"


def _page(exhibit: Exhibit) -> str:
    shown = replace(exhibit.block, identifier=exhibit.anchor)
    return _raw(shown.to_html(f"{exhibit.label}."), "html")


def _print(exhibit: Exhibit) -> str:
    block = exhibit.block
    if isinstance(block, Table):
        return _raw(typst_table(block.sheet("−"), exhibit.anchor), "typst")
    return _raw(typst_figure(block, f"{exhibit.anchor}.svg", exhibit.anchor), "typst")


def _notes(figure: Figure) -> tuple[str, ...]:
    return (SYNTHETIC_NOTE, *figure.notes) if figure.synthetic else figure.notes


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "docx": Target(
            "docx",
            _word,
            lambda anchor, label: f"`{openxml_reference(anchor, label)}`{{=openxml}}",
            lambda text: _raw(paragraph(run(text), "Notice"), "openxml"),
        ),
        "html": Target(
            "html",
            _page,
            lambda anchor, label: f'`<a href="#{anchor}">{escape(label)}</a>`{{=html}}',
            lambda text: _raw(f'<p class="notice" role="note">{escape(text)}</p>', "html"),
        ),
        "pdf": Target(
            "pdf",
            _print,
            lambda anchor, label: f"`#ref(<{anchor}>)`{{=typst}}",
            lambda text: _raw(f"#notice([{_typst_words(text)}])", "typst"),
        ),
    }
)


def _typst_words(text: str) -> str:
    return re.sub(r"([#*_$<>@\[\]\\`~])", r"\\\1", text)
