"""Headless Chromium, driven over its DevTools protocol: what a page ran, and whom it asked.

Source: https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tornado.websocket import WebSocketClientConnection, websocket_connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_S = ANSWER_S = LOAD_S = 120.0  # of a browser on a busy machine
LIVE_S = 5.0  # for what should happen, on a busy machine
SETTLE_S = 0.4  # after loading: for what starts a moment later

_TOUCH = """
(() => {
  const events = ['mouseover', 'mouseenter', 'pointerdown', 'focus', 'error', 'load', 'toggle', 'animationstart',
                  'animationend', 'transitionend', 'beforetoggle', 'input', 'change', 'scroll', 'wheel', 'keydown'];
  const away = /^(https?|mailto|file):/;
  for (const element of document.querySelectorAll('*')) {
    for (const name of events) element.dispatchEvent(new Event(name, {bubbles: false}));
    const link = element.closest('a');
    const address = link && (link.protocol || (link.href && link.href.baseVal));  // of HTML, or of SVG
    if (!away.test(address)) element.dispatchEvent(new MouseEvent('click', {bubbles: true}));
    if (element.focus) element.focus();
  }
})()
"""
"""Does to every element what a reader might, but follows no link to elsewhere: that is the reader's own choice."""


class Visit(NamedTuple):
    """What became of a page.

    Attributes:
        ran: arguments of every call of ``ran`` by the page's own code.
        requests: addresses that the page asked for, itself and ``data:`` left out.
        blocked: what its Content-Security-Policy forbade, as the browser's log says it.
        strange: dialogs, new windows, exceptions and console messages of the page.
        screenshot: a PNG of the page, if it was opened alone.
    """

    ran: list[str]
    requests: list[str]
    blocked: list[str]
    strange: list[str]
    title: str
    screenshot: bytes


def find() -> str | None:
    """The browser's path; ``CHROMIUM`` names another one."""
    named = os.environ.get("CHROMIUM")
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    return named or next(filter(None, map(shutil.which, NAMES)), None) or (mac if Path(mac).exists() else None)


def _is_new(target: dict[str, Any], known: set[str]) -> bool:
    """Whether a page has opened another; a window's own chrome:// pages are none."""
    return (
        target["targetId"] not in known and not target["url"].startswith("chrome://") and target["type"] != "browser_ui"
    )


class _Tab(NamedTuple):
    target: str
    session: str


class Chromium:
    """One browser with a profile of its own, which no page outlives."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._number = 0
        self._ours: set[str] = set()
        self._events: list[dict[str, Any]] = []
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        options = [
            "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self._folder.name}", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            "--disable-default-apps", "--disable-dev-shm-usage", "--disable-gpu", "--mute-audio", "--hide-scrollbars",
            "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ]  # fmt: skip
        if sys.platform == "linux" and os.geteuid() == 0:
            options.append("--no-sandbox")  # Chromium's does not start as root; the pages are those that were just made
        self._process = subprocess.Popen(
            [str(find()), *options, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._connection = self._run(self._connect())
        self._reader = self._loop.create_task(self._read())
        self._call("Target.setDiscoverTargets", {"discover": True})

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._reader.cancel()
        self._connection.close()
        self._process.kill()
        self._process.wait()
        self._run(asyncio.sleep(0))
        self._loop.close()
        self._folder.cleanup()

    def visit(
        self,
        *pages: Path,
        until: Callable[[], bool] | None = None,
        size: tuple[int, int] = (1000, 800),
        dark: bool = False,
    ) -> list[Visit]:
        """Open files side by side, touch everything on them, and tell what happened on each.

        Args:
            until: go on as soon as this holds or a page has run something, with a time limit; by default pages that
                should do nothing are watched for a while.
        """
        self._events.clear()
        tabs = [self._open(page, size, dark) for page in pages]
        for page, tab in zip(pages, tabs, strict=True):
            self._call("Page.navigate", {"url": page.as_uri()}, tab.session)
        self._wait(lambda: all("Page.loadEventFired" in self._methods(tab) for tab in tabs), LOAD_S)
        for tab in tabs:
            self._call("Runtime.evaluate", {"expression": _TOUCH}, tab.session)
        if until is None:
            self._wait(lambda: False, SETTLE_S)
        else:
            self._wait(lambda: until() or any("Runtime.bindingCalled" in self._methods(tab) for tab in tabs), LIVE_S)
        alone = len(pages) == 1  # of several windows, those behind are not painted
        return [self._close(page, tab, picture=alone) for page, tab in zip(pages, tabs, strict=True)]

    def _open(self, page: Path, size: tuple[int, int], dark: bool) -> _Tab:
        target = self._call("Target.createTarget", {"url": "about:blank", "newWindow": True})["targetId"]
        session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self._ours.add(target)
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._call(f"{domain}.enable", session=session)
        self._call("Runtime.addBinding", {"name": "ran"}, session)
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        self._call("Emulation.setDeviceMetricsOverride", metrics, session)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", {"features": [scheme]}, session)
        return _Tab(target, session)

    def _close(self, page: Path, tab: _Tab, *, picture: bool) -> Visit:
        title = self._call("Runtime.evaluate", {"expression": "document.title"}, tab.session)["result"].get("value", "")
        whole = {"captureBeyondViewport": True}
        shot = self._call("Page.captureScreenshot", whole, tab.session)["data"] if picture else ""
        visit = self._seen(page.as_uri(), tab, title, base64.b64decode(shot))
        self._call("Target.closeTarget", {"targetId": tab.target})
        return visit

    def _seen(self, address: str, tab: _Tab, title: str, screenshot: bytes) -> Visit:
        ran, requests, blocked, strange = [], [], [], []
        for event in self._events:
            method, found = event["method"], event["params"]
            if event.get("sessionId") != tab.session and method != "Target.targetCreated":
                continue
            if method == "Runtime.bindingCalled":
                ran.append(str(found["payload"]))
            elif method == "Network.requestWillBeSent":
                url = found["request"]["url"]
                if url != address and not url.startswith("data:"):
                    requests.append(url)
            elif method == "Log.entryAdded":
                if "Content Security Policy" in found["entry"]["text"]:  # else: a ``data:`` address that is none
                    blocked.append(found["entry"]["text"])
            elif method in ("Page.javascriptDialogOpening", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
                strange.append(f"{method}: {json.dumps(found)[:300]}")
            elif method == "Target.targetCreated" and _is_new(found["targetInfo"], self._ours):
                strange.append(f"{method}: {found['targetInfo']['type']} {found['targetInfo']['url']}")
            elif method == "Page.frameNavigated" and found["frame"]["url"] not in (address, "about:blank"):
                requests.append(found["frame"]["url"])
        return Visit(ran, requests, blocked, strange, title, screenshot)

    def _methods(self, tab: _Tab) -> set[str]:
        return {event["method"] for event in self._events if event.get("sessionId") == tab.session}

    async def _connect(self) -> WebSocketClientConnection:
        ready = Path(self._folder.name, "DevToolsActivePort")
        deadline = time.monotonic() + START_S
        while not (ready.exists() and len(ready.read_text().split()) == 2):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{find()} did not start: exit status {self._process.poll()}")
            await asyncio.sleep(0.05)
        port, path = ready.read_text().split()
        return await websocket_connect(f"ws://127.0.0.1:{port}{path}", max_message_size=1 << 28)

    def _call(self, method: str, params: dict[str, Any] | None = None, session: str | None = None) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params or {}}
        return self._run(self._answer(message | ({"sessionId": session} if session else {})))

    async def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        coming = self._answers[message["id"]] = self._loop.create_future()  # answered, maybe, while it is being written
        await self._connection.write_message(json.dumps(message))
        answer = await asyncio.wait_for(coming, ANSWER_S)
        if "error" in answer:
            raise RuntimeError(f"{message['method']}: {answer['error']['message']}")
        return dict(answer["result"])

    async def _read(self) -> None:
        """Sort what the browser says. Dialogs are closed, since they stop the page."""
        while (text := await self._connection.read_message()) is not None:
            message: dict[str, Any] = json.loads(text)
            if "method" not in message:
                answer = self._answers.pop(message["id"], None)
                if answer is not None:
                    answer.set_result(message)
                continue
            self._events.append(message)
            if message["method"] == "Page.javascriptDialogOpening":
                close = {"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": False}}
                await self._connection.write_message(json.dumps({**close, "sessionId": message["sessionId"]}))

    def _wait(self, holds: Callable[[], bool], seconds: float) -> None:
        """Read events until something holds, or for so many seconds."""
        deadline = time.monotonic() + seconds
        while not holds() and time.monotonic() < deadline:
            self._run(asyncio.sleep(0.02))

    def _run(self, awaitable: Any) -> Any:
        return self._loop.run_until_complete(awaitable)
