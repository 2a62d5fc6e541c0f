"""Nothing that a student chose runs in a browser, or asks anybody for anything, on any page that people are given."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader.api import Gradebook

from autograder.reports.grades import database_url
from autograder.reports.inert import POLICY
from tests import scratch, tiny_course
from tests.browser import chromium, payloads
from tests.browser.chromium import Chromium, Visit
from tests.small_class import METADATA, cell

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")]

ASSIGNMENT = tiny_course.ASSIGNMENT
GOOD = "def double(x):\n    return x + x"
QUESTIONS = [f"why_{number}" for number in range(12)]
CELLS = [*tiny_course.CELLS, *(cell("markdown", "YOUR ANSWER", name, 1, solution=True) for name in QUESTIONS)]
NAMES = [*payloads.MARKUP, *payloads.OUTPUTS, *payloads.SPOKEN]
FOLDERS = (
    "<img src=x: onerror=ran('folder')>",
    '"><svg onload=ran(1)>',
    "javascript:ran(1)",
    "{{ 7*7 }}",
    "\x1b[2J\u202e",
)
INERT_ALREADY = {
    "image_without_quotes", "svg_style",
    "math_link", "math_action", "link_preconnect", "style_expression", "marquee", "meta_refresh_javascript",
    "meta_policy", "link_data", "output_svg_entity", "mutation_math", "mutation_table", "half_a_tag", "null_bytes",
    "wide_letters",
    "markdown_link_data", "markdown_link_title", "markdown_image_alt", "markdown_code", "markdown_formula",
    "markdown_attachment",
}  # fmt: skip
"""What this browser does not obey, or nbconvert defuses, where nobody sanitises. It is tried all the same."""
TABS = 12
NAVIGATE = {"meta_refresh"}
"""What no Content-Security-Policy forbids: going to another page."""


class Canary(NamedTuple):
    """A server on the loopback interface that remembers what it was asked for."""

    address: str
    asked: list[str]


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    asked: list[str] = []

    class Remember(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Remember) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Canary(f"http://127.0.0.1:{server.server_port}", asked)
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    assert chromium.find(), "Chromium is needed: apt-get install chromium, or name one in CHROMIUM."
    with Chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Path:
    """A hostile class, graded by the commands that a teaching assistant runs; its pages."""
    root = tmp_path_factory.mktemp("browser") / "course"
    config = tiny_course.make_course(root, CELLS)
    for student, notebook in hostile_class(canary.address).items():
        scratch.hand_in(root, student, ASSIGNMENT, notebook)
    for folder in FOLDERS:
        scratch.hand_in(root, folder, ASSIGNMENT, tiny_course.handed_in(GOOD))
    scratch.hand_in(root, "file", ASSIGNMENT, tiny_course.handed_in(GOOD)).with_name(FOLDERS[0]).write_text("x")
    scratch.hand_in(root, "broken", ASSIGNMENT, "<script>ran(1)</script>")
    run("autograder", "--course", str(root), "grade", ASSIGNMENT, root=root, allowed=(0, 1))
    write_by_hand(config, canary.address)
    run("autograder", "--course", str(root), "feedback", ASSIGNMENT, root=root)
    run("autograder", "--course", str(root), "report", root=root)
    (root / "feedback").rename(root / "ours")
    run("nbgrader", "generate_feedback", ASSIGNMENT, root=root)
    (root / "feedback").rename(root / "theirs")
    return root


def hostile_class(address: str) -> dict[str, dict[str, Any]]:
    """Every payload once: each markup an answer, all displays in one cell, a student for each way to say it."""
    shown = "\n".join(payloads.display(name, address) for name in payloads.OUTPUTS)
    students = {"displays": submission(f"{shown}\n{GOOD}", [], address)}
    for name in payloads.SPOKEN:
        students[f"says_{name}"] = submission(payloads.speech(name, address), [], address)
    names = list(payloads.MARKUP)
    for start in range(0, len(names), len(QUESTIONS)):
        part = names[start : start + len(QUESTIONS)]
        students[f"writes_{part[0]}"] = submission(GOOD, part, address)
    return students


def submission(code: str, names: list[str], address: str) -> dict[str, Any]:
    """A notebook with ``code``, and ``names`` of ``MARKUP`` in its answers and in cells of the student's own."""
    answers = {q: payloads.filled(payloads.MARKUP[n], n, address) for q, n in zip(QUESTIONS, names, strict=False)}
    svg = payloads.as_page("output_svg", address)
    attachments = {"x.png": {"text/html": svg, "image/png": '" onerror="ran(1)', "image/svg+xml": svg}}
    cells = copy.deepcopy(CELLS)
    for own in cells:
        name = own["metadata"]["nbgrader"]["grade_id"]
        own["source"] = {"double": code, **answers}.get(name, own["source"])
        if name in QUESTIONS:
            own["attachments"] = attachments
    extra = {"cell_type": "markdown", "metadata": {}, "attachments": attachments}
    return {
        "cells": [*cells, *({**extra, "source": text} for text in answers.values())],
        "metadata": METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


STUDENTS = list(hostile_class("http://127.0.0.1"))


def write_by_hand(config: Any, address: str) -> None:
    """What the formgrader and a student list put in the gradebook."""
    with Gradebook(database_url(config.gradebook), config.course_id) as book:
        for name in ("script", "image_error"):
            markup = payloads.filled(payloads.MARKUP[name], name, address)
            student = f"says_{next(iter(payloads.SPOKEN))}" if name == "script" else "displays"
            book.update_or_create_student(student, first_name=markup, last_name=f'"{markup}')
            book.find_comment(QUESTIONS[0], ASSIGNMENT, ASSIGNMENT, student).manual_comment = markup
        book.db.commit()


def run(command: str, *arguments: str, root: Path, allowed: tuple[int, ...] = (0,)) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        [sys.executable, "-m", command, *arguments],
        cwd=root,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert ended.returncode in allowed, f"{arguments}: {ended.stdout[-2000:]}\n{ended.stderr[-2000:]}"


@pytest.fixture(scope="module")
def visits(browser: Chromium, canary: Canary, course: Path) -> dict[Path, tuple[Visit, Visit]]:
    """Every page of the course as it is, and without its policy, where the sanitiser stands alone."""
    canary.asked.clear()
    pages = [course / "report" / "index.html", *(course / "ours").rglob("*.html"), *(course / "theirs").rglob("*.html")]
    return dict(
        zip(pages, zip(tour(browser, pages), tour(browser, map(without_policy, pages)), strict=True), strict=True)
    )


def tour(browser: Chromium, pages: Iterable[Path]) -> list[Visit]:
    left = list(pages)
    return [visit for start in range(0, len(left), TABS) for visit in browser.visit(*left[start : start + TABS])]


def without_policy(page: Path) -> Path:
    text, found = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text("utf-8"))
    assert found == 1
    bare = page.with_name("bare.htm")
    bare.write_text(text, "utf-8")
    return bare


def assert_nothing_happened(visits: tuple[Visit, Visit], title: str) -> None:
    for visit in visits:
        assert title in visit.title
        assert visit.ran == []
        assert visit.requests == []
        assert visit.strange == []
        assert visit.blocked == []  # not even tried: the page was clean before its policy was asked


@pytest.mark.parametrize("student", [*STUDENTS, "file", "broken"])
def test_feedback(visits: dict[Path, tuple[Visit, Visit]], course: Path, student: str) -> None:
    assert_nothing_happened(visits[course / "ours" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"], ASSIGNMENT)


@pytest.mark.parametrize("student", [*STUDENTS, "file"])
def test_nbgraders_feedback(visits: dict[Path, tuple[Visit, Visit]], course: Path, student: str) -> None:
    assert_nothing_happened(visits[course / "theirs" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"], ASSIGNMENT)


def test_the_class_report(visits: dict[Path, tuple[Visit, Visit]], course: Path) -> None:
    page = course / "report" / "index.html"
    text = page.read_text("utf-8")
    assert "&lt;img src=x: onerror=ran(" in text
    assert "&lt;script&gt;ran(" in text
    assert_nothing_happened(visits[page], "the class at a glance")


def unsanitised(name: str, canary: Canary) -> str:
    """What a payload is where nobody looks after it: rendered, and left as it is."""
    if name in payloads.OUTPUTS:
        return payloads.as_page(name, canary.address)
    if name in payloads.SPOKEN:
        return payloads.filled(payloads.OUTPUTS["output_html"]["text/html"], name, canary.address)
    text = payloads.filled(payloads.MARKUP[name], name, canary.address)
    attachments = {"x.png": {"image/svg+xml": "PHN2Zz4="}}
    return str(MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=attachments)).render(text))


@pytest.mark.parametrize("name", [n for n in NAMES if n not in INERT_ALREADY])
def test_without_the_sanitiser_it_does_happen(browser: Chromium, canary: Canary, tmp_path: Path, name: str) -> None:
    """Each of the tests above can fail: the same payload in a bare page runs, or asks the canary."""
    page = tmp_path / "page.html"
    page.write_text(f"<!DOCTYPE html><title>bare</title>{unsanitised(name, canary)}", "utf-8")
    canary.asked.clear()
    (visit,) = browser.visit(page, until=lambda: bool(canary.asked))
    assert visit.ran or canary.asked or visit.requests, visit


def test_the_policy_alone_lets_nothing_run(browser: Chromium, canary: Canary, tmp_path: Path) -> None:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    pages = []
    for name in NAMES:
        pages.append(tmp_path / f"{name}.html")
        pages[-1].write_text(f"<!DOCTYPE html>{policy}<title>policy</title>{unsanitised(name, canary)}", "utf-8")
    canary.asked.clear()
    for name, visit in zip(NAMES, tour(browser, pages), strict=True):
        assert visit.ran == [], name
    asked = {path.strip("/").split(".")[0] for path in canary.asked}
    assert asked <= NAVIGATE | {"favicon"}  # of the page that was gone to


def test_pictures_are_taken(browser: Chromium, course: Path, tmp_path: Path) -> None:
    """The last look is a person's: the pictures lie where CI can keep them, or below the temporary folder."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in (("feedback", f"ours/{STUDENTS[-1]}/00_tiny/00_tiny.html"), ("report", "report/index.html")):
        for dark in (False, True):
            shot = browser.visit(course / page, dark=dark)[0].screenshot
            assert shot.startswith(b"\x89PNG")
            (folder / f"{name}{'-dark' if dark else ''}.png").write_bytes(shot)
