"""The self-hosted page in a real browser: filled in, interrupted, resumed, and its answers read back unchanged.

Run by ``make browser``, which needs Chromium.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mlbc_stats import field, survey
from mlbc_stats.survey.responses.model import MissingReason
from tests.browser import chromium
from tests.examples.field_examples import FIELDING, answers, invited

ROOT = Path(__file__).resolve().parents[2]
FORM, NEXT, LAST = ".sd-root-modern", ".sd-navigation__next-btn", ".sd-navigation__complete-btn"
SAVED = "document.getElementById('state').textContent.match(/are saved|sind gespeichert/)"
TABLES, TARGETS = (
    "document.querySelectorAll('table')",
    "document.querySelectorAll('.sd-item__decorator, .sd-btn')",
)
CUT = f"[...{TABLES}].filter((one) => one.scrollWidth > one.parentElement.clientWidth + 1).length"
SMALL = f"[...{TARGETS}].filter((one) => one.offsetHeight < 24).length"


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    program = chromium.found()
    assert program, "no browser (on Debian: apt-get install chromium)"
    with chromium.started(program, tmp_path_factory.mktemp("profile")) as pipe:
        yield pipe


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server of its own: folder, store, address and tokens."""
    folder = tmp_path_factory.mktemp("field")
    store = field.open_store(folder / "field.db", folder / "field.key")
    tokens = invited(folder, store, 8, ["technical"])
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    code = "from mlbc_stats.cli import main; main()"
    options = ["--short", "--seed", "1", "--language", "de", "--port", str(port)]
    options += ["--store", str(folder / "field.db"), "--key", str(folder / "field.key")]
    command = [sys.executable, "-c", code, "field", "serve", *FIELDING.instruments, *options]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not listening(port):
        assert server.poll() is None and time.monotonic() < end
        time.sleep(0.1)
    yield folder, store, f"http://127.0.0.1:{port}/", tokens
    server.terminate()
    server.wait()
    store.engine.dispose()


def listening(port):
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def questionnaire():
    return FIELDING.questionnaire("technical")


def started(browser, served, number, width=1280):
    """A page that shows the consent of one invitation."""
    page = chromium.new_page(browser, width)
    page.open(f"{served[2]}#t={served[3][number]}")
    page.wait(f"document.querySelector('{FORM}')")
    return page


def click(page, selector):
    page.run(f"document.querySelector({selector!r}).click(), 1")


def choose(page, name, value):
    """Choose an answer, whether the question stands alone or is a row of a matrix."""
    page.run(
        f"""(() => {{
          const all = [...document.querySelectorAll('input[type=radio][value="{value}"]')];
          const own = all.find((input) => input.closest('[data-name="{name}"]'));
          (own || all.find((input) => new RegExp('^sq_\\\\d+_{name}$').test(input.name))).click();
          return 1;
        }})()"""
    )


def fill(page, names, given):
    """Answer the questions of the page that is shown, as given."""
    for name in names:
        value = given.get(name)
        if isinstance(value, str) or name in ("tenure", "solution_tenure", "org_age"):
            page.run(f"document.querySelector('[data-name=\"{name}\"] :is(input, textarea)').focus(), 1")
            page.text(str(value))
        elif value is not None:
            choose(page, name, value)


def agree(page):
    choose(page, "consent", 1)
    click(page, NEXT)
    page.wait(SAVED)


def go_on(page, block, blocks):
    """The next page, or the end."""
    last = block.id == blocks[-1].id
    click(page, LAST if last else NEXT)


def shown(page, question):
    page.wait(f'document.querySelector(\'[data-name="{question}"], input[name$="_{question}"]\')')


def exported(served, number, questionnaire):
    """The answers of one unit, as the study reads them."""
    folder, store = served[:2]
    field.export(store, folder / "answers", units=folder / "units.csv", overwrite=True)
    responses = survey.read(folder / "answers" / "answers_technical.csv", questionnaire)
    row = responses.unit_ids.tolist().index(f"S{number:03d}")
    return responses, row


def same(served, number, questionnaire, given):
    """Whether every code, reason and text of a unit is the one given."""
    responses, row = exported(served, number, questionnaire)
    scales = {
        question.id: questionnaire.instrument.scale(question.scale) for question in questionnaire.questions
    }
    for column, name in enumerate(responses.item_ids):
        value, code = given.get(name), responses.codes[row, column]
        reason = None if value is None else scales[name].reason(value)
        if value is None or reason:
            assert np.isnan(code), name
            expected = MissingReason[reason.upper()] if reason else MissingReason.NOT_ANSWERED
            assert responses.reasons[row, column] == expected, name
        else:
            assert code == value, name
    for name in responses.context_reasons.columns:
        value = given.get(name)
        if value is not None and not scales[name].reason(value):
            assert responses.context[name].iloc[row] == value, name
    assert responses.context["remarks"].iloc[row] == given["remarks"]
    return responses, row


def test_answers_survive_a_lost_connection_and_come_out_as_given(browser, served, questionnaire):
    """Reverse items, an attention check, does not apply and text; offline for three pages, two of them behind."""
    given = answers(questionnaire, 3)
    checks = [check.id for check in questionnaire.instrument.checks]
    assert checks and any(given.get(item.id) == -96 for item in questionnaire.instrument.items)
    assert any(item.reversed and given.get(item.id, -1) > 0 for item in questionnaire.instrument.items)
    page, blocks = started(browser, served, 0), questionnaire.blocks
    agree(page)
    for number, block in enumerate(blocks):
        shown(page, block.questions[0])
        if number == 2:
            page.offline(True)
        fill(page, block.questions, given)
        go_on(page, block, blocks)
        if number == 4:
            page.wait("document.getElementById('state').textContent.includes('No connection')")
            page.offline(False)
            page.wait(SAVED)
    page.wait("document.getElementById('message').textContent.includes('have arrived')")
    assert page.run("localStorage.length") == 0
    responses, row = same(served, 0, questionnaire, given)
    assert responses.paradata["finished"].iloc[row] == "1"
    assert responses.context["honeypot"].iloc[row] == "0"
    assert not [text for text in page.problems if "ERR_INTERNET_DISCONNECTED" not in text]
    assert all(address.startswith((served[2], "data:", "about:")) for address in page.requests)
    page.open(f"{served[2]}#t={served[3][0]}")
    page.wait("document.getElementById('message').textContent.includes('completed with this link already')")


def test_begun_on_a_phone_in_german_and_finished_elsewhere(browser, served, questionnaire):
    """A page half filled in stays on the phone; pages that were sent are there on any device."""
    given = answers(questionnaire, 4)
    page, blocks = started(browser, served, 1, 390), questionnaire.blocks
    page.run(
        "const s = document.getElementById('language'); s.value = 'de'; s.dispatchEvent(new Event('change')), 1"
    )
    assert page.run("document.documentElement.lang") == "de"
    assert "Ich habe dies gelesen" in page.run("document.body.innerText")
    agree(page)
    half = blocks[2].questions[:2]
    for block in blocks[:2]:
        shown(page, block.questions[0])
        fill(page, block.questions, given)
        go_on(page, block, blocks)
    shown(page, half[0])
    fill(page, half, given)
    page.wait(SAVED)
    page.open(f"{served[2]}#t={served[3][1]}")
    page.wait("document.getElementById('message').textContent.includes('Willkommen zur')")
    chosen = [name for name in half if given.get(name) is not None]
    assert page.run("document.querySelectorAll('input[type=radio]:checked').length") == len(chosen)
    other = started(browser, served, 1)
    assert other.run("document.querySelectorAll('input[type=radio]:checked').length") == 0
    for block in blocks[2:]:
        shown(other, block.questions[0])
        fill(other, block.questions, given)
        go_on(other, block, blocks)
    other.wait("document.getElementById('message').textContent.includes('have arrived')")
    same(served, 1, questionnaire, given)


def test_completed_without_a_connection_and_opened_again_later(browser, served, questionnaire):
    """The last page waits in the browser, also when its window was closed in between, and is sent once."""
    given = answers(questionnaire, 6)
    page, blocks = started(browser, served, 7), questionnaire.blocks
    agree(page)
    for block in blocks:
        shown(page, block.questions[0])
        fill(page, block.questions, given)
        if block is blocks[-1]:
            page.wait(SAVED)
            page.offline(True)
        go_on(page, block, blocks)
    page.wait("document.getElementById('message').textContent.includes('not sent yet')")
    page.offline(False)
    page.open(f"{served[2]}#t={served[3][7]}")
    page.wait("document.getElementById('message').textContent.match(/have arrived|completed with this link/)")
    responses, row = same(served, 7, questionnaire, given)
    assert responses.paradata["finished"].iloc[row] == "1"


def test_going_back_changes_what_was_sent(browser, served, questionnaire):
    given = answers(questionnaire, 5)
    page = started(browser, served, 2)
    agree(page)
    shown(page, "phase")
    fill(page, ["phase", "informant"], given)
    click(page, NEXT)
    page.wait("!document.querySelector('[data-name=\"phase\"]')")
    click(page, ".sd-navigation__prev-btn")
    shown(page, "phase")
    choose(page, "phase", 1)
    click(page, NEXT)
    page.wait("!document.querySelector('[data-name=\"phase\"]')")
    page.wait(SAVED)
    responses, row = exported(served, 2, questionnaire)
    assert responses.context["phase"].iloc[row] == 1
    assert responses.paradata["finished"].iloc[row] == "0"


def test_whoever_declines_is_thanked_and_leaves_nothing(browser, served):
    page = started(browser, served, 3)
    choose(page, "consent", 0)
    page.run(f"document.querySelector('{NEXT}, {LAST}').click(), 1")
    page.wait("document.getElementById('message').textContent.includes('do not take part')")
    counts = field.monitor(served[1], served[0] / "units.csv").set_index("unit")
    assert counts.loc["S003", ["declined", "finished"]].tolist() == [1, 0]


def test_a_link_that_is_none_says_so(browser, served):
    page = chromium.new_page(browser)
    for token in ("", "#t=forged"):
        page.open(served[2] + token)
        page.wait("document.getElementById('message').textContent.includes('not valid')")


def test_the_keyboard_is_enough(browser, served):
    page = started(browser, served, 4)

    def tab_to(holds):
        for _ in range(20):
            page.key("Tab", 9)
            if page.run(f"(({holds})(document.activeElement))"):
                return
        pytest.fail(f"never reached: {holds}")

    tab_to("(at) => at.type === 'radio'")
    page.key(" ", 32)
    tab_to("(at) => at.matches('.sd-navigation__next-btn')")
    page.call(
        "Input.dispatchKeyEvent",
        type="keyDown",
        key="Enter",
        code="Enter",
        windowsVirtualKeyCode=13,
        text="\r",
    )
    shown(page, "phase")


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_its_window_and_every_field_has_a_name(browser, served, questionnaire, width):
    page = started(browser, served, 5 if width == 390 else 6, width)
    page.call("Accessibility.enable")
    agree(page)
    for block in questionnaire.blocks:
        shown(page, block.questions[0])
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.run(CUT) == 0
        nodes = page.call("Accessibility.getFullAXTree")["nodes"]
        fields = [
            n for n in nodes if n.get("role", {}).get("value") in ("radio", "textbox", "spinbutton", "button")
        ]
        assert fields and all(node.get("name", {}).get("value") for node in fields if not node["ignored"])
        assert page.run(SMALL) == 0
        if block is not questionnaire.blocks[-1]:
            click(page, NEXT)
    assert page.problems == []
