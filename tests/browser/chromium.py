"""Drive headless Chromium through its debugging pipe: open pages, run scripts, click, type, take pictures."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 30.0
"""Seconds to wait for an answer or for something to appear."""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
]


def found() -> str | None:
    """Path of a Chromium on this machine; None when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Page:
    """One tab of the browser.

    ``problems`` collects what the page writes to the console as an error and every exception, ``requests`` the
    addresses it asks for.
    """

    def __init__(self, browser: _Pipe, session: str) -> None:
        self.browser, self.session = browser, session
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    @property
    def problems(self) -> list[str]:
        return [text for event in self._events() if (text := _problem(event))]

    @property
    def requests(self) -> list[str]:
        sent = [event for event in self._events() if event["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def _events(self) -> list[dict[str, Any]]:
        self.browser.listen(0.05)
        return [event for event in self.browser.events if event.get("sessionId") == self.session]

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.call(method, params, self.session)

    def size(self, width: int, height: int = 900) -> None:
        """Make the window this wide, in CSS pixels, as on a phone or a desktop."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def open(self, address: str) -> None:
        """Open a page anew, even where only the part after # differs."""
        self.call("Page.navigate", url="about:blank")
        self.wait("location.href === 'about:blank'")
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """Value of an expression on the page; promises are awaited."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until an expression holds."""
        end = time.monotonic() + PATIENCE
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > end:
                shown = self.run("document.body && document.body.innerText.slice(0, 600)")
                raise TimeoutError(f"never came true: {condition}\n{self.problems}\nshown: {shown}")
            time.sleep(0.03)

    def key(self, name: str, code: int) -> None:
        """Press and release one key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)

    def text(self, words: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=words)

    def offline(self, lost: bool) -> None:
        """Lose the connection, or get it back."""
        self.call(
            "Network.emulateNetworkConditions",
            offline=lost,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    def picture(self, path: Path) -> Path:
        """The whole page as a PNG file."""
        found = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(found["data"]))
        return path


class _Pipe:
    """Messages to and from the browser, each ended by a NUL, on its file descriptors 3 and 4."""

    def __init__(self, process: subprocess.Popen[bytes], to: int, back: int) -> None:
        self.process, self.to, self.back = process, to, back
        self.number, self.rest = 0, b""
        self.answers: dict[int, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, params: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        number = self.write(method, params, session)
        end = time.monotonic() + PATIENCE
        while number not in self.answers:
            if time.monotonic() > end:
                raise TimeoutError(f"the browser does not answer {method}")
            self.listen(0.5)
        answer = self.answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return dict(answer["result"])

    def write(self, method: str, params: dict[str, Any], session: str | None = None) -> int:
        """Send a message and wait for nothing; its number."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        os.write(self.to, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        return self.number

    def listen(self, seconds: float) -> None:
        if not select.select([self.back], [], [], seconds)[0]:
            return
        *whole, self.rest = (self.rest + os.read(self.back, 1 << 20)).split(b"\0")
        for text in whole:
            message = json.loads(text)
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.events.append(message)
                if message["method"] == "Page.javascriptDialogOpening":  # "leave this page?": yes
                    self.write("Page.handleJavaScriptDialog", {"accept": True}, message["sessionId"])


def _problem(event: dict[str, Any]) -> str:
    method, params = event["method"], event["params"]
    if method == "Runtime.exceptionThrown":
        return json.dumps(params["exceptionDetails"])[:500]
    if method == "Log.entryAdded" and params["entry"]["level"] == "error":
        return f"{params['entry']['text']} {params['entry'].get('url', '')}"
    if method == "Runtime.consoleAPICalled" and params["type"] == "error":
        return json.dumps(params["args"])[:500]
    return ""


@contextmanager
def started(browser: str, folder: Path) -> Iterator[_Pipe]:
    """A running browser with its profile in this folder."""
    their_in, our_out = os.pipe()
    our_in, their_out = os.pipe()

    def hand_over() -> None:
        first, second = os.dup(their_in), os.dup(their_out)  # 3 and 4 may be in use by either
        os.dup2(first, 3)
        os.dup2(second, 4)

    process = subprocess.Popen(
        [browser, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
        preexec_fn=hand_over,
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(their_in)
    os.close(their_out)
    try:
        yield _Pipe(process, our_out, our_in)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
        os.close(our_out)
        os.close(our_in)


def new_page(pipe: _Pipe, width: int = 1280) -> Page:
    """A tab that shares nothing with the others: neither storage nor cookies."""
    context = pipe.call("Target.createBrowserContext", {})["browserContextId"]
    target = pipe.call("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
    attached = pipe.call("Target.attachToTarget", {"targetId": target, "flatten": True})
    page = Page(pipe, attached["sessionId"])
    page.size(width)
    return page
