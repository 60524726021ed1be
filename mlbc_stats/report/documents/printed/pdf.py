"""Set a document as a PDF for archives (PDF/A-2b, ISO 19005-2) by typst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from mlbc_stats.errors import NotServedError, StudyError
from mlbc_stats.report.documents.blocks import Notice, Section
from mlbc_stats.report.documents.content import Content, spoken
from mlbc_stats.report.documents.printed.docx import picture_inches
from mlbc_stats.report.documents.printed.zipped import moment
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.raster import font_folder
from mlbc_stats.report.render.sheet import SYNTHETIC, SYNTHETIC_NOTE
from mlbc_stats.report.render.typst import STYLE, typst_string, typst_table
from mlbc_stats.report.tables.table import Table

STANDARD: Final = "a-2b"


def pdf_bytes(document: Content) -> bytes:
    """The document as the bytes of a PDF/A-2b; the same content and date give the same bytes.

    Raises
    ------
    NotServedError
        when typst (the extra ``paper``) is not installed.
    """
    drawings: dict[str, str] = {}
    lines = [prelude(document.title, document.language, document.stamped)]
    lines += _head(document)
    counter = {Table: 0, Figure: 0}
    for section in document.sections:
        lines += _section(document, section, counter, drawings)
    lines += _manifest(document.manifest)
    return compiled("\n\n".join(lines), {name: svg.encode("utf-8") for name, svg in drawings.items()})


def prelude(title: str, language: str, stamped: bool) -> str:
    """Page, fonts and looks; on a stamped document every page says that the data are synthetic."""
    look = (files("mlbc_stats.report") / "templates" / "document.typ").read_text(encoding="utf-8")
    mark = "SYNTHETIC DATA: no respondent gave these answers" if stamped else ""
    said = ", ".join(map(typst_string, (title, language, mark)))
    return f"{STYLE}\n{look}\n#show: page-look.with({said})"


def compiled(source: str, others: Mapping[str, bytes]) -> bytes:
    """What typst makes of a source and the files that it names, dated by ``SOURCE_DATE_EPOCH`` when that is set.

    Raises
    ------
    NotServedError
        when typst is not installed.
    StudyError
        when typst refuses the source, with its words.

    Examples
    --------
    >>> compiled("A page.", {})[:4]
    b'%PDF'
    """
    try:
        import typst
    except ImportError:
        raise NotServedError(
            "PDF files need typst: install mlbc-stats with its extra, pip install 'mlbc-stats[paper]'"
        ) from None
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "main.typ").write_text(source, encoding="utf-8")
        for name, content in others.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content)
        compiler = typst.Compiler(
            str(place / "main.typ"), root=str(place), font_paths=[font_folder()], ignore_system_fonts=True
        )
        try:
            made: Any = compiler.compile(
                format="pdf", pdf_standards=STANDARD, timestamp=moment().replace(tzinfo=UTC)
            )
        except typst.TypstError as error:
            raise StudyError(f"typst cannot set this document: {error.diagnostic or error.message}") from None
    return bytes(made)


def typst_figure(figure: Figure, name: str, label: str = "") -> str:
    """A drawing of the file `name` with its caption above, its description for screen readers, its notes below."""
    title = f"{figure.title} ({SYNTHETIC} data)" if figure.synthetic else figure.title
    width, _ = picture_inches(figure)
    spoken = typst_string(figure.description or figure.title)
    notes = (SYNTHETIC_NOTE, *figure.notes) if figure.synthetic else figure.notes
    drawn = f"image({typst_string(name)}, width: {width:.3f}in, alt: {spoken})"
    shown = (
        f"#figure(kind: image, supplement: [Figure], caption: figure.caption(position: top, {typst_string(title)}), "
        f"{drawn}){f' <{label}>' if label else ''}"
    )
    return "\n".join([shown, *(f"#note({typst_string(note)})" for note in notes)])


def _head(document: Content) -> Iterator[str]:
    if document.stamped:
        yield f"#notice({typst_string(SYNTHETIC_NOTE)})"
    yield f"#doc-title({typst_string(document.title)})"
    if document.subtitle:
        yield f"#emph({typst_string(document.subtitle)})"
    yield "#outline(depth: 1)"


def _section(
    document: Content, section: Section, counter: dict[type, int], drawings: dict[str, str]
) -> Iterator[str]:
    yield f"#heading(level: 1, {typst_string(section.title)})"
    for block in section.blocks:
        if isinstance(block, Notice):
            yield f"#notice({typst_string(block.text)})"
        elif isinstance(block, str):
            yield from (f"#par({typst_string(paragraph)})" for paragraph in block.split("\n\n"))
        elif isinstance(block, Table | Figure):
            marked = block if block.synthetic is not None else block.marked(document.synthetic)
            counter[type(block)] += 1
            if isinstance(marked, Table):
                yield typst_table(marked.sheet("−"))
            else:
                name = f"figure_{counter[Figure]}.svg"
                drawings[name] = marked.svg
                yield typst_figure(marked, name)
        else:
            yield f"#list({', '.join(typst_string(point) for point in block)})"


def _manifest(manifest: Mapping[str, Any]) -> Iterator[str]:
    if manifest:
        yield '#heading(level: 1, "What this document rests on")'
        lines = ", ".join(typst_string(f"{name}: {spoken(value)}") for name, value in manifest.items())
        yield f"#list({lines})"
