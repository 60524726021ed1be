"""A report: its content, written as an HTML page, a Word file or a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mlbc_stats.report.documents.content import Content
from mlbc_stats.report.documents.html_page import html_page
from mlbc_stats.report.documents.printed.docx import docx_bytes
from mlbc_stats.report.documents.printed.pdf import pdf_bytes
from mlbc_stats.showing import Shown


@dataclass(frozen=True, slots=True, repr=False)
class Document(Content, Shown):
    """A report on one page: nothing is loaded from elsewhere, everything is escaped.

    Attributes
    ----------
    title, subtitle : its headings.
    sections : in order; tables and figures are numbered through.
    manifest : what the report rests on (data hash, versions, seed), printed at the end; may be nested.
    synthetic : True stamps the page and every table and figure that does not declare ``synthetic=False``.
    language : code of the language of its texts.
    interactive : whether the page can be searched and each of its tables saved as CSV.

    Examples
    --------
    >>> from mlbc_stats.report import Section
    >>> page = Document("Pilot", (Section("First", ("A < B.",)),), synthetic=True).html()
    >>> "A &lt; B." in page and "SYNTHETIC" in page
    True
    """

    def html(self) -> str:
        """The page as HTML.

        Raises
        ------
        DataError
            when a block is none of the kinds that a section can hold.
        """
        return html_page(self)

    def docx(self) -> bytes:
        """The document as a Word file: real styles, header rows repeated, language set.

        Raises
        ------
        NotServedError
            when python-docx (the extra ``paper``) is not installed.
        """
        return docx_bytes(self)

    def pdf(self) -> bytes:
        """The document as a PDF for archives (PDF/A-2b), set by typst.

        Raises
        ------
        NotServedError
            when typst (the extra ``paper``) is not installed.
        """
        return pdf_bytes(self)

    def save(self, path: str | Path) -> Path:
        """Write the document to `path`, making its folder when it is missing: .docx for Word, .pdf, else HTML."""
        target = Path(path)
        writers = {".docx": self.docx, ".pdf": self.pdf}
        write = writers.get(target.suffix.lower(), lambda: self.html().encode("utf-8"))
        content = write()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target
