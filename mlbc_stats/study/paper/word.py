"""The look of a manuscript in Word: our styles under the names that pandoc gives to parts of a text."""

from __future__ import annotations

import io

from mlbc_stats.errors import NotServedError
from mlbc_stats.report.documents.printed.docx_styles import prepare
from mlbc_stats.report.documents.printed.zipped import moment

PARTS = (
    "Body Text",
    "First Paragraph",
    "Compact",
    "Author",
    "Date",
    "Abstract",
    "Bibliography",
    "Block Text",
)
"""Parts of a text by pandoc's names, all set as the text is."""


def reference_document(title: str, language: str, stamped: bool) -> bytes:
    """A Word file whose styles, page, header and footer pandoc takes over; on a stamped one every page says so.

    Raises
    ------
    NotServedError
        when python-docx (the extra ``paper``) is not installed.
    """
    try:
        import docx
        from docx.enum.style import WD_STYLE_TYPE
    except ImportError:
        raise NotServedError(
            "Word files need python-docx: install mlbc-stats with its extra, pip install 'mlbc-stats[paper]'"
        ) from None
    word = docx.Document()
    prepare(word, language, title, stamped)
    known = {style.name for style in word.styles}
    for name in PARTS:
        if name not in known:
            word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = word.styles["Normal"]
    word.core_properties.created = word.core_properties.modified = moment()
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()
