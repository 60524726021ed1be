"""Read PO files that come back from translators."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.translation.exchange import Exchange, ExchangeString
from mlbc_stats.survey.translation.po import BACK, STATUS
from mlbc_stats.survey.translation.states import from_po
from mlbc_stats.survey.yaml.finding import Finding, raise_findings

FIELD = re.compile(r"(msgctxt|msgid|msgstr)[ \t]+(?=\")")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"[ \t]*')
ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9A-Fa-f]{2}|.)")
NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@dataclass(slots=True)
class _Entry:
    """One entry while it is read."""

    line: int = 0
    parts: dict[str, str] = field(default_factory=dict)
    status: str = ""
    back: str = ""
    fuzzy: bool = False


def from_po_file(content: bytes, name: str) -> Exchange:
    """The exchange that a PO file in UTF-8 holds; obsolete entries (``#~``) are passed over.

    Raises
    ------
    InstrumentError
        with file, line and entry for all that is wrong.
    """
    findings: list[Finding] = []
    entries = list(_entries(_decoded(content, name), name, findings))
    headers = [entry for entry in entries if "msgctxt" not in entry.parts and entry.parts.get("msgid") == ""]
    strings: dict[str, ExchangeString] = {}
    for entry in (entry for entry in entries if entry not in headers):
        path = entry.parts.get("msgctxt", "")
        if not path:
            problem = "the entry has no msgctxt, so nobody knows which text it is; keep those of the export"
            findings.append(Finding(name, entry.line, "", problem))
        elif path in strings:
            problem = f"the entry stands on line {strings[path].line} already; keep one of the two"
            findings.append(Finding(name, entry.line, path, problem))
        elif missing := [key for key in ("msgid", "msgstr") if key not in entry.parts]:
            findings.append(Finding(name, entry.line, path, f"the entry has no {' and no '.join(missing)}"))
        else:
            strings[path] = _string(path, entry)
    raise_findings(findings)
    if not headers:
        problem = "there is no header (the entry with an empty msgid); keep that of the export"
        raise InstrumentError(str(Finding(name, 1, "", problem)))
    named = dict(re.findall(r"^([^:\n]+): (.*)$", headers[0].parts.get("msgstr", ""), re.MULTILINE))
    return Exchange(
        named.get("X-Instrument", ""),
        named.get("X-Instrument-Version", ""),
        named.get("X-Source-Language", ""),
        named.get("Language", ""),
        tuple(strings.values()),
    )


def _string(path: str, entry: _Entry) -> ExchangeString:
    target = entry.parts["msgstr"].strip()
    status, stale = from_po(entry.fuzzy, entry.status)
    known = status if target else None
    return ExchangeString(
        path, entry.parts["msgid"], target, known, stale and bool(target), entry.back, line=entry.line
    )


def _decoded(content: bytes, name: str) -> list[str]:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{content[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise InstrumentError(str(Finding(name, line, "", problem))) from None


def _entries(lines: list[str], name: str, findings: list[Finding]) -> list[_Entry]:
    """The entries of the file; a line that is no PO becomes a finding."""
    entry, last = _Entry(1), ""
    entries = [entry]
    for number, line in enumerate(lines, 1):
        text = line.strip(" \t")
        found = FIELD.match(text)
        begins = text.startswith("#") or (found is not None and found[1] != "msgstr")
        if begins and "msgstr" in entry.parts and not text.startswith("#~"):
            entry, last = _Entry(number), ""
            entries.append(entry)
        problem = ""
        if text.startswith("#"):
            _comment(text, entry)
        elif found:
            last = found[1]
            problem = f"a second {last} in one entry" if last in entry.parts else ""
            problem = problem or _append(entry, last, text[found.end() :])
        elif text.startswith('"') and last:
            problem = _append(entry, last, text)
        elif text:
            problem = f"expected a comment, a keyword or a text in quotation marks, got {text[:30]!r}"
        if problem:
            findings.append(Finding(name, number, entry.parts.get("msgctxt", ""), problem))
    return [entry for entry in entries if entry.parts]


def _append(entry: _Entry, keyword: str, quoted: str) -> str:
    """Add one quoted piece; what is wrong with it, if anything."""
    found = STRING.fullmatch(quoted)
    if not found:
        return f"the text is not closed by a quotation mark, or one inside lacks its backslash: {quoted[:30]}"
    entry.parts[keyword] = entry.parts.get(keyword, "") + _unescaped(found[1])
    return ""


def _comment(text: str, entry: _Entry) -> None:
    if text.startswith(f"# {STATUS}"):
        entry.status = text.removeprefix(f"# {STATUS}").strip()
    elif text.startswith(f"# {BACK}") and (found := STRING.fullmatch(text.removeprefix(f"# {BACK}"))):
        entry.back = _unescaped(found[1]).strip()
    elif text.startswith("#,"):
        entry.fuzzy = "fuzzy" in re.split(r"[,\s]+", text[2:])


def _unescaped(text: str) -> str:
    return ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] == "x" and len(code) == 3:
        return chr(int(code[1:], 16))
    return NAMED.get(code, code)
