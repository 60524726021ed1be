"""Turn the Markdown of a manuscript into Word, HTML and PDF by pandoc and typst."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from mlbc_stats.errors import NotServedError, StudyError
from mlbc_stats.report import Figure
from mlbc_stats.report.documents.printed.pdf import compiled, prelude
from mlbc_stats.report.documents.printed.zipped import settled
from mlbc_stats.report.render.typst import typst_string
from mlbc_stats.report.text.results import Results
from mlbc_stats.study.paper.rendering import Rendered
from mlbc_stats.study.paper.source import Source
from mlbc_stats.study.paper.word import reference_document

MARKDOWN = "markdown-implicit_figures-tex_math_dollars-raw_tex"
MARK = "SYNTHETIC DATA: no respondent gave these answers"


def word(source: Source, rendered: Rendered, results: Results) -> bytes:
    """The manuscript as a Word file with native tables, captions and references that Word keeps right."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for exhibit in rendered.exhibits:
            if isinstance(exhibit.block, Figure):
                (folder / f"{exhibit.anchor}.png").write_bytes(exhibit.block.to_png())
        reference = folder / "reference.docx"
        reference.write_bytes(reference_document(source.title, source.language, results.synthetic))
        out = folder / "paper.docx"
        options = ["--reference-doc", str(reference), "--output", str(out), f"--resource-path={folder}"]
        _converted(source, _with_head(source, results, rendered.text), "docx", options)
        return settled(out.read_bytes())


def html(source: Source, rendered: Rendered, results: Results) -> bytes:
    """The manuscript as one page that loads nothing."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    body = _converted(source, rendered.text, "html5", ["--section-divs", "--shift-heading-level-by=1"])
    environment = Environment(
        loader=PackageLoader("mlbc_stats.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    page = environment.get_template("paper.html").render(
        title=source.title,
        authors=source.authors,
        language=source.language,
        mark=MARK if results.synthetic else "",
        body=Markup(body),
        widths=sorted({int(width) for width in re.findall(r'<table class="need-(\d+)', body)}),
    )
    return page.encode("utf-8")


def pdf(source: Source, rendered: Rendered, results: Results) -> bytes:
    """The manuscript as a PDF/A-2b."""
    body = _converted(source, rendered.text, "typst-citations", [])
    head = [
        prelude(source.title, source.language, results.synthetic),
        f"#doc-title({typst_string(source.title)})",
        *(f"#par({typst_string(author)})" for author in source.authors),
    ]
    drawings = {
        f"{exhibit.anchor}.svg": exhibit.block.svg.encode("utf-8")
        for exhibit in rendered.exhibits
        if isinstance(exhibit.block, Figure)
    }
    return compiled("\n\n".join([*head, body]), drawings)


WRITERS: Mapping[str, Callable[[Source, Rendered, Results], bytes]] = MappingProxyType(
    {"docx": word, "html": html, "pdf": pdf}
)


def pandoc(arguments: list[str], given: bytes = b"") -> bytes:
    """What pandoc makes of the input.

    Raises
    ------
    NotServedError
        when pypandoc-binary (the extra ``paper``) is not installed.
    StudyError
        when pandoc refuses the text, or a citation has no reference.
    """
    try:
        import pypandoc
    except ImportError:
        raise NotServedError(
            "papers need pandoc: install mlbc-stats with its extra, pip install 'mlbc-stats[paper]'"
        ) from None
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *arguments], input=given, capture_output=True, check=False
    )
    told = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode or told:
        raise StudyError(f"pandoc: {told or 'it stopped without a word'}")
    return done.stdout


def _converted(source: Source, text: str, kind: str, options: list[str]) -> str:
    for file, what in ((source.bibliography, "references"), (source.style, "style of citations")):
        if not file.is_file():
            raise StudyError(f"{source.path}: no file of {what} at {file}; correct the head")
    arguments = [
        f"--from={MARKDOWN}",
        f"--to={kind}",
        "--citeproc",
        f"--bibliography={source.bibliography}",
        f"--csl={source.style}",
        f"--metadata=lang:{source.language}",
        "--metadata=link-citations:true",
        "--wrap=none",
        *options,
    ]
    return pandoc(arguments, text.encode("utf-8")).decode("utf-8")


def _with_head(source: Source, results: Results, text: str) -> str:
    """The text after what Word shows as title and authors."""
    subtitle = {"subtitle": MARK} if results.synthetic else {}
    head = {"title": source.title, "author": list(source.authors), **subtitle}
    return f"---\n{json.dumps(head, ensure_ascii=False)}\n---\n\n{text}"
