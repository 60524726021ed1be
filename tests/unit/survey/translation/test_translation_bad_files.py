"""Files that come back broken: each is refused with file, line and text."""

from __future__ import annotations

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.checking.check import check_instrument
from mlbc_stats.survey.loading.translation_files import read_translation

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
OPEN = '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en" trgLang="sv">\n'
UNIT = '<unit id="title"><segment><source>A</source><target>B</target></segment></unit>\n'


def xliff(units: str = UNIT, opening: str = OPEN, file: str = '<file id="marker">') -> str:
    return f"{HEAD}{opening}{file}\n{units}</file></xliff>"


BOMB = (
    HEAD + '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n'
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1"><file id="marker">&b;</file></xliff>'
)
EXTERNAL = HEAD + '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n' + OPEN + "&a;</xliff>"
BAD_XLIFF = {
    "entities": (BOMB, "1: document types and entities are not allowed"),
    "external entity": (EXTERNAL, "1: document types and entities are not allowed"),
    "cut off": (xliff()[:-12], "5: not well-formed XML in column"),
    "empty": ("", "1: not well-formed XML"),
    "bare ampersand": (xliff(UNIT.replace(">B<", ">B & C<")), "4: not well-formed XML"),
    "unknown entity": (xliff(UNIT.replace(">B<", ">&nbsp;<")), "4: "),
    "another kind of XML": (HEAD + "<html/>", "2: XLIFF 2.0 or 2.1 is expected, got html"),
    "XLIFF 1.2": (
        HEAD + '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>',
        "2: XLIFF 2.0 or 2.1 is expected, got xliff 1.2",
    ),
    "two files": (xliff().replace("</xliff>", '<file id="x"/></xliff>'), "2: one 'file' element is expected"),
    "unit twice": (xliff(UNIT * 2), "5: title: unit 'title' stands on line 4 already"),
    "no id": (xliff(UNIT.replace(' id="title"', "")), "4: the unit has no id"),
    "no segment": (xliff('<unit id="title"/>\n'), "4: title: the unit has no segment"),
    "state": (xliff(UNIT.replace("<segment", '<segment state="done"')), "4: title: state 'done' is none of"),
    "markup": (
        xliff(UNIT.replace(">B<", '><pc id="1">B</pc><')),
        "4: title: inline element 'pc' is not served",
    ),
    "too long": (xliff(UNIT.replace(">B<", f">{'B' * 4001}<")), "4: title: text: String should have at most"),
    "other instrument": (xliff(file='<file id="context">'), "translates instrument 'context', expected"),
    "other source": (xliff(opening=OPEN.replace('"en"', '"fr"')), "translates from 'fr'"),
    "no target language": (xliff(opening=OPEN.replace(' trgLang="sv"', "")), "names ''"),
}
PO = (
    'msgid ""\nmsgstr ""\n"Language: sv\\n"\n"X-Instrument: marker\\n"\n"X-Source-Language: en\\n"\n\n'
    'msgctxt "title"\nmsgid "A"\nmsgstr "B"\n'
)
BAD_PO = {
    "no header": ('msgctxt "title"\nmsgid "A"\nmsgstr "B"\n', "1: there is no header"),
    "no context": (PO.replace('msgctxt "title"\n', ""), "7: the entry has no msgctxt"),
    "open quote": (PO.replace('msgstr "B"', 'msgstr "B'), "9: title: the text is not closed"),
    "quote inside": (PO.replace('msgstr "B"', 'msgstr "B" C"'), "9: title: the text is not closed"),
    "no keyword": (PO + "what\n", "10: title: expected a comment, a keyword or a text"),
    "twice": (PO + '\nmsgctxt "title"\nmsgid "A"\nmsgstr "C"\n', "11: title: the entry stands on line 7"),
    "two targets": (PO + 'msgstr "C"\n', "10: title: a second msgstr"),
    "no target": (PO.replace('msgstr "B"\n', ""), "7: title: the entry has no msgstr"),
    "control character": (PO.replace('"B"', r'"B\001"'), "7: title: text: String should match pattern"),
}


@pytest.mark.parametrize("case", BAD_XLIFF)
def test_bad_xliff(tmp_path, case):
    content, message = BAD_XLIFF[case]
    refused(tmp_path / "bad.xlf", content.encode(), message)


@pytest.mark.parametrize("case", BAD_PO)
def test_bad_po(tmp_path, case):
    content, message = BAD_PO[case]
    refused(tmp_path / "bad.po", content.encode(), message)


def test_bad_encodings(tmp_path):
    refused(tmp_path / "bad.po", PO.replace('"B"', '"é"').encode("latin-1"), "9: byte 0xE9 is not UTF-8")
    refused(tmp_path / "bad.xlf", xliff(UNIT.replace(">B<", ">é<")).encode("latin-1"), "4: not well-formed")
    refused(tmp_path / "odd.xlf", xliff().replace("UTF-8", "no-such-code").encode(), "1: ")


def refused(path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    with pytest.raises(InstrumentError) as caught:
        survey.import_translation(path, "marker")
    place = f"{path}:{message}" if message[0].isdigit() else message
    assert place in str(caught.value)


def test_what_tools_do_to_a_file_is_understood(tmp_path):
    """Split segments, annotations, unknown namespaces, UTF-16, states without subState."""
    unit = (
        '<unit id="title" xmlns:x="urn:x" x:y="z"><x:extra/>'
        '<segment state="final" subState="tool:done"><source>A </source>'
        '<target>B<mrk id="m" type="comment">C</mrk> </target></segment>'
        "<ignorable><source>- </source></ignorable>"
        '<segment state="translated" subState="mlbc:reviewed"><source>D</source>'
        '<target>E<sm id="s"/><em startRef="s"/></target></segment></unit>\n'
    )
    path = tmp_path / "tool.xlf"
    path.write_bytes(xliff(unit).replace("UTF-8", "UTF-16").encode("utf-16"))
    string = survey.import_translation(path, "marker").translation.strings["title"]
    assert (string.text, string.status) == ("BC - E", "translated")


def test_obsolete_po_entries_and_foreign_comments_are_passed_over(tmp_path):
    path = tmp_path / "tool.po"
    path.write_text(PO.replace("msgctxt", '#: somewhere\n#| msgid "old"\nmsgctxt') + '\n#~ msgid "gone"\n')
    string = survey.import_translation(path, "marker").translation.strings["title"]
    assert (string.text, string.status) == ("B", "translated")


BAD_YAML = {
    "status": ("status: draft", "status: done", "9: title: status: should be"),
    "hash": ('source: "0123456789ab"', 'source: "x"', "10: title: source: should match"),
    "path": ("  title:", "  ../title:", "8: ../title: "),
    "key": ("status: draft", "status: draft\n    by: me", "10: title: unknown key 'by'"),
    "kind": ("kind: translation", "kind: instrument", "1: expected 'kind: translation'"),
}
YAML = """kind: translation
instrument: marker
version: "1.0.0"
source_language: en
language: sv
license: CC-BY-4.0
strings:
  title:
    status: draft
    source: "0123456789ab"
    text: Ord
"""


@pytest.mark.parametrize("case", BAD_YAML)
def test_bad_translation_file(tmp_path, case):
    old, new, message = BAD_YAML[case]
    path = tmp_path / "marker.sv.yaml"
    assert old in YAML
    path.write_text(YAML.replace(old, new, 1))
    with pytest.raises(InstrumentError) as caught:
        read_translation(path)
    assert f"{path}:{message}" in str(caught.value)


def test_translation_files_can_be_checked(tmp_path):
    path = tmp_path / "marker.sv.yaml"
    path.write_text(YAML.replace("draft", "done"))
    (finding,) = check_instrument(path)
    assert (finding.line, finding.severity) == (9, "error")
