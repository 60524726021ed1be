"""The files of the page: what is bundled is what was published, and nothing is asked of another host."""

import re
from hashlib import sha256

import pytest

from mlbc_stats.field.server.files import NAMES
from mlbc_stats.resources import PACKAGE

ASSETS = PACKAGE / "field" / "assets"
OWN = [ASSETS / name for name in NAMES if "/" not in name] + [ASSETS / "page.html"]


def test_the_form_library_is_unchanged():
    sums = dict(line.split()[::-1] for line in (ASSETS / "surveyjs" / "SHA256SUMS").read_text().splitlines())
    assert {f"surveyjs/{name}" for name in sums} == {name for name in NAMES if "/" in name}
    for name, expected in sums.items():
        assert sha256((ASSETS / "surveyjs" / name).read_bytes()).hexdigest() == expected
    heads = [
        (ASSETS / "surveyjs" / name).read_text(encoding="utf-8")[:300] for name in sums if "i18n" not in name
    ]
    assert len({re.search(r"v(\d+\.\d+\.\d+)", head)[1] for head in heads}) == 1
    assert "MIT License" in (ASSETS / "surveyjs" / "LICENSE").read_text()


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_the_page_asks_nothing_of_other_hosts_and_runs_nothing_inline(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?://|//\w+\.\w+/", text)
    assert not re.search(r"\bon\w+=|style=|<script>|innerHTML|eval\(|new Function", text)


def test_every_language_of_the_page_has_every_word():
    text = (ASSETS / "words.js").read_text(encoding="utf-8")
    blocks = re.findall(r"^  (\w+): \{\n(.*?)^  \},", text, re.M | re.S)
    keys = {language: re.findall(r"^    (\w+):", block, re.M) for language, block in blocks}
    assert list(keys) == ["en", "de", "fi"] and keys["de"] == keys["en"] == keys["fi"]
    used = set(re.findall(r'(?:box|tell|say\("\w+",)\s*\(?"(\w+)"\)', "".join(p.read_text() for p in OWN)))
    assert used <= set(keys["en"])
