"""The report page in a real browser: nothing overflows, overlaps or escapes at phone and desktop width.

Run by ``make browser``, which needs Chromium; the other tests do not.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path

import pytest

from mlbc_stats import study
from tests.examples.report_examples import document

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTHS = (390, 1280)
SMALLEST_TEXT = 8.0  # pixels, of the estimates of paths and of chart texts on a phone
MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser():
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    assert found, f"no browser: install one of {', '.join(BROWSERS)} (on Debian: apt-get install chromium)"
    return found


def run(browser, profile, page, width, *arguments):
    """Open the page in a window of this width; what the browser prints."""
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--hide-scrollbars",
    ]
    flags += ["--disable-component-update", "--disable-sync", f"--user-data-dir={profile}"]
    command = [browser, *flags, f"--window-size={width},2000", *arguments, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def measure(browser, folder, text, width):
    """What the script in measure.js finds on a page.

    It runs in a copy without the page's policy, inside a frame, since a browser's window may not get as narrow
    as a phone.
    """
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    text = text.replace("</body>", f"<script>{MEASURE}</script></body>")
    size = f"width: {width}px; height: 1800px; border: 0"
    page = folder / "frame.html"
    frame = f'<iframe style="{size}" srcdoc="{escape(text)}"></iframe>'
    page.write_text(f'<!DOCTYPE html><pre id="measured"></pre>{frame}', encoding="utf-8")
    printed = run(browser, folder / "profile", page, 1400, "--dump-dom")
    found = re.search(r'<pre id="measured">(.*?)</pre>', printed, re.DOTALL)
    assert found, printed[-2000:]
    return json.loads(unescape(found.group(1)))


@pytest.fixture(scope="session")
def report_of_the_study(tmp_path_factory):
    """The shipped study, run once: every table that users will meet."""
    folder = tmp_path_factory.mktemp("study")
    study.run_study(study.Study(output=str(folder / "build")))
    return (folder / "build" / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session", params=WIDTHS)
def measured(request, browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"page{request.param}")
    return measure(browser, folder, document().html(), request.param)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_table_of_the_study_is_wider_than_its_page(browser, report_of_the_study, tmp_path, width):
    found = measure(browser, tmp_path, report_of_the_study, width)
    assert found["scrolled"] == []
    assert found["cut"] == []
    assert found["pageWidth"] <= found["window"]
    assert found["stacked"] > 10 if width == min(WIDTHS) else found["stacked"] <= 2


def test_the_measurement_sees_what_it_should(browser, tmp_path):
    broken = (
        '<figure style="width: 600px"><svg viewBox="0 0 600 60"><ellipse cx="300" cy="30" rx="20" ry="20"/>'
        '<text x="300" y="34" text-anchor="middle" font-size="16">much too wide</text>'
        '<text x="10" y="30" font-size="6">first</text><text x="12" y="31" font-size="6">second</text>'
        '<text x="590" y="30" font-size="16">cut off</text></svg></figure></main>'
    )
    unbreakable = f'<figure id="long"><div class="scroll"><table><td>{"x" * 90}</td></table></div></figure>'
    found = measure(browser, tmp_path, document().html().replace("</main>", unbreakable + broken), 390)
    assert found["scrolled"] == ["long"]
    assert found["cut"].pop(0) == "x" * 90
    assert found["overlaps"] == [["first", "second"]]
    assert found["cut"] == ["cut off"]
    assert found["tooWide"] == ["much too wide"]
    assert found["pageWidth"] > found["window"]


def test_the_window_has_the_width_asked_for(measured):
    assert measured["window"] in WIDTHS


def test_the_page_itself_never_scrolls_sideways(measured):
    assert measured["pageWidth"] <= measured["window"]


def test_no_table_scrolls(measured):
    assert measured["scrolled"] == []


def test_no_text_of_a_drawing_lies_on_another(measured):
    assert measured["overlaps"] == []


def test_no_text_of_a_drawing_is_cut_off(measured):
    assert measured["cut"] == []


def test_names_fit_into_their_shapes(measured):
    assert measured["tooWide"] == []


def test_charts_are_legible(measured):
    assert measured["smallest"] >= SMALLEST_TEXT, measured["smallestText"]


def test_the_banner_stays_on_screen_after_scrolling(measured):
    assert measured["bannerTop"] == 0
    assert measured["bannerShown"]


def test_the_page_as_shipped_runs_no_script(browser, tmp_path):
    """The page's own policy stops an injected script."""
    page = tmp_path / "report.html"
    marker = "<script>document.title = 'SCRIPT RAN'</script></body>"
    page.write_text(document().html().replace("</body>", marker), encoding="utf-8")
    assert "<title>SCRIPT RAN" not in run(browser, tmp_path / "profile", page, 1280, "--dump-dom")


def test_a_printed_page_is_stamped(browser, tmp_path):
    page = document().save(tmp_path / "report.html")
    target = tmp_path / "report.pdf"
    run(browser, tmp_path / "profile", page, 1280, "--no-pdf-header-footer", f"--print-to-pdf={target}")
    assert target.read_bytes().startswith(b"%PDF")
