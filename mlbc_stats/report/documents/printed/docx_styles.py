"""The look of a Word file: page, language, paragraph styles, borders of tables."""

from __future__ import annotations

from typing import Any

FONT = "Calibri"
INK, SOFT, ACCENT = "1B1F24", "5B6570", "0B4A8F"


def prepare(word: Any, language: str, title: str, stamped: bool = False) -> None:
    """Page, language and styles of a fresh document; on a stamped one every page says that the data are synthetic."""
    _page(word, f"SYNTHETIC DATA: no respondent gave these answers – {title}" if stamped else title)
    _language(word, language)
    _text_styles(word)
    _own_styles(word)


def _page(word: Any, title: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    section.header.paragraphs[0].text = title
    section.header.paragraphs[0].style = word.styles["Header"]
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = foot.add_run()
    for kind in ("begin", None, "end"):
        if kind is None:
            code = _element("w:instrText")
            code.text = "PAGE"
            run._r.append(code)
        else:
            run._r.append(_element("w:fldChar", fldCharType=kind))


def _language(word: Any, language: str) -> None:
    """The language of spelling and speech, for the whole document."""
    defaults = word.styles.element.find(_name("w:docDefaults"))
    properties = defaults.find(f"{_name('w:rPrDefault')}/{_name('w:rPr')}")
    for old in properties.findall(_name("w:lang")):
        properties.remove(old)
    properties.append(_element("w:lang", val=language, eastAsia=language, bidi=language))


def _text_styles(word: Any) -> None:
    from docx.shared import Pt, RGBColor

    looks = {
        "Normal": (10.5, INK, False, 0, 6),
        "Title": (22, INK, True, 0, 4),
        "Subtitle": (12, SOFT, False, 0, 12),
        "Heading 1": (15, ACCENT, True, 18, 6),
        "Heading 2": (12.5, ACCENT, True, 12, 4),
        "Caption": (9.5, INK, True, 10, 4),
        "List Bullet": (10.5, INK, False, 0, 3),
        "Header": (8.5, SOFT, False, 0, 0),
        "Footer": (8.5, SOFT, False, 0, 0),
    }
    for name, (size, color, bold, before, after) in looks.items():
        style = word.styles[name]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
        style.font.italic = False
        style.font.color.rgb = RGBColor.from_string(color)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if "heme" in key]:
            del fonts.attrib[key]
        for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(_name(key), FONT)
    word.styles["Caption"].paragraph_format.keep_with_next = True
    borders = word.styles["Title"].element.pPr.find(_name("w:pBdr"))
    if borders is not None:
        word.styles["Title"].element.pPr.remove(borders)


def _own_styles(word: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    for name, size, bold, after in (
        ("Table Text", 8, False, 0),
        ("Table Head", 8, True, 0),
        ("Table Note", 8.5, False, 3),
        ("Notice", 10.5, False, 6),
    ):
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = word.styles["Normal"]
        style.font.size, style.font.bold = Pt(size), bold
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.space_before = Pt(1)
    notice = word.styles["Notice"].element.get_or_add_pPr()
    frame = _element("w:pBdr")
    frame.append(_line("left", 24, "C08A00"))
    notice.insert(0, frame)  # before the spacing, as the schema of Word files wants it
    notice.insert(1, _element("w:shd", val="clear", color="auto", fill="FFF4D6"))


def _line(side: str, size: int, color: str = INK) -> Any:
    return _element(
        f"w:{side}", val="single", sz=str(size), space="4" if side == "left" else "0", color=color
    )


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(_name(f"w:{name}"), value)
    return element


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))
