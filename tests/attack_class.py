"""A class of honest and hostile students, graded by the command, with canaries around it."""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import psutil

import autograder as package
from autograder import config as configuration
from autograder.grading import storage
from autograder.reports import classroom, exports, feedback
from autograder.results import SubmissionResult, from_json
from tests import scratch

ASSIGNMENT = "03_losses"
ATTACKS = sorted(path.stem for path in (Path(__file__).parent / "attacks").glob("[a-z]*_*.py"))
HONEST = ("aa-honest", "mm-honest", "zz-honest")
TOKEN = "tokentoken-5f2c1e"
DAEMON = "daemon-5f2c1e"
CANARY = "BREACH: the canary was read\n"
LIMITS = {
    "cell_s": 6.0,
    "check_s": 3.0,
    "memory_bytes": 1 << 28,
    "processes": 48,
    "disk_bytes": 16 << 20,
    "output_bytes": 1 << 18,
}
JOBS = "4"  # most of the time is waiting for time limits
MADE_BY_GRADING = {"results", "autograded", "gradebook.db", "feedback", "report", ".cache"}
_SET_CHILD_SUBREAPER = 36


class Class(NamedTuple):
    """A class that was graded: what came out, and what the canaries saw.

    Attributes:
        results, shown: by student id: the result, the text of the autograded notebook.
        autograded: by student id: exercise or cell to the outputs that its cell shows.
        refusals: by student id: a part of the reason for which it must be refused.
        pages: feedback by student id.
        heard: names of the canary sockets that something came to.
        left: what the run left behind: processes, mounts, files.
    """

    user: str
    course: Path
    words: dict[str, str]
    limits: dict[str, float]
    results: dict[str, SubmissionResult]
    shown: dict[str, str]
    autograded: dict[str, dict[str, Any]]
    refusals: dict[str, dict[str, str]]
    pages: dict[str, str]
    report: str
    exports: dict[str, bytes]
    stdout: str
    stderr: str
    heard: list[str]
    left: list[str]

    @property
    def written(self) -> Path:
        """A file that must not come to be."""
        return Path(self.words["CANARY_WRITE"])


def attack(row: str) -> ModuleType:
    return importlib.import_module(f"tests.attacks.{row}")


def fill(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def graded_class(folder: Path, user: str) -> Class:
    """Hand everything in, grade it as ``user`` (see ``scratch.autograder``), and look at all that is left."""
    course = scratch.make_course(folder / "course", limits=LIMITS)
    with _canaries(folder, course, user) as (words, heard):
        refusals = _hand_in(course, words)
        before = _contents(course)
        with _changing(course, words), _left_behind() as left:
            run = scratch.autograder(
                "grade", ASSIGNMENT, "--jobs", JOBS, course=course, user=user, env={"SECRET": TOKEN}, timeout=600
            )
    left += [f"file {name}" for name, seen in _contents(course).items() if before.get(name, seen) != seen]
    left += [f"entry {name}" for name in {p.name for p in course.iterdir()} - MADE_BY_GRADING - {*before, "."}]
    if Path(words["CANARY_FILE"]).read_text() != CANARY or Path(words["CANARY_WRITE"]).exists():
        left.append("a canary file was changed")
    students = [
        *HONEST,
        *(row for row in ATTACKS if hasattr(attack(row), "LOSES") or hasattr(attack(row), "LOSES_ONE_OF")),
    ]
    students += [student for row in refusals.values() for student in row]
    config = configuration.load(course)
    results, shown = {}, {}
    for student in students:
        file = storage.result_file(config, student, ASSIGNMENT)
        assert file.exists(), f"{student!r} has no result:\n{run.stdout[-5000:]}\n{run.stderr[-5000:]}"
        results[student] = from_json(file.read_bytes())
        if results[student].problem is None:
            shown[student] = storage.autograded_file(config, student, ASSIGNMENT).read_text()
    pages = {page.parents[1].name: page.read_text() for page in feedback.write_feedback(config, ASSIGNMENT)}
    report = classroom.write_report(config, ASSIGNMENT).read_text()
    kinds = ("csv", "canvas", "moodle", "gradescope")
    written = {kind: exports.export(config, kind, ASSIGNMENT, folder / kind).file.read_bytes() for kind in kinds}
    return Class(
        user, course, words, LIMITS, results, shown, {s: _outputs(text) for s, text in shown.items()}, refusals,
        pages, report, written, run.stdout, run.stderr, heard, left,
    )  # fmt: skip


def _hand_in(course: Path, words: dict[str, str]) -> dict[str, dict[str, str]]:
    worked = scratch.worked_notebook(ASSIGNMENT)
    for student in HONEST:
        scratch.hand_in(course, student, ASSIGNMENT, worked)
    refusals = {}
    for row in ATTACKS:
        module = attack(row)
        if hasattr(module, "ANSWERS"):
            notebook = scratch.worked_notebook(ASSIGNMENT, {n: fill(t, words) for n, t in module.ANSWERS.items()})
            if hasattr(module, "edit"):
                module.edit(notebook)
            path = scratch.hand_in(course, row, ASSIGNMENT, notebook)
            if hasattr(module, "beside"):
                module.beside(path.parent, words)
        if hasattr(module, "submissions"):
            refusals[row] = module.submissions(course / "submitted", json.dumps(worked, indent=1), words)
    return refusals


def _outputs(notebook: str) -> dict[str, Any]:
    cells = json.loads(notebook)["cells"]
    return {scratch.grade_id(c) or c["id"]: c["outputs"] for c in cells if c["cell_type"] == "code"}


def printed(graded: Class, student: str) -> str:
    """All that the cells of a student's own text printed."""
    outputs = [o for found in graded.autograded[student].values() for o in found]
    return "\n".join("".join(o.get("text", "")) for o in outputs if o["output_type"] == "stream")


@contextmanager
def _canaries(folder: Path, course: Path, user: str) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Files, sockets and a process that nothing may touch: the words by which attacks find them, and what was heard."""
    readable = folder / "canary.txt"
    readable.write_text(CANARY)
    readable.chmod(0o666)
    open_folder = folder / "open"
    open_folder.mkdir()
    open_folder.chmod(0o777)
    heard: list[str] = []
    abstract = f"canary-{os.getpid()}-{user}"
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        listeners = {"tcp": tcp, "udp": udp}
        for name, address in (("unix", str(folder / "s")), ("abstract", f"\0{abstract}")):
            if name == "unix" or sys.platform == "linux":
                listeners[name] = stack.enter_context(socket.socket(socket.AF_UNIX))
                listeners[name].bind(address)
                listeners[name].listen()
        (folder / "s").chmod(0o777)
        process = subprocess.Popen(_as_the_grader(user, ["sleep", "900"]))
        words = {
            "COURSE": str(course),
            "CANARY_FILE": str(readable),
            "CANARY_WRITE": str(open_folder / "written.txt"),
            "CANARY_PID": str(process.pid),
            "PACKAGE": str(Path(package.__file__).parent),
            "TCP_PORT": str(tcp.getsockname()[1]),
            "UDP_PORT": str(udp.getsockname()[1]),
            "UNIX_SOCKET": str(folder / "s"),
            "ABSTRACT": abstract,
            "GRADER_PID": str(os.getpid()),
            "TOKEN": TOKEN,
            "DAEMON": DAEMON,
        }
        try:
            yield words, heard
        finally:
            if process.poll() is not None:
                heard.append("the canary process ended")
            process.kill()
            process.wait()
        for name, listener in listeners.items():
            listener.setblocking(False)
            try:
                listener.recv(100) if name == "udp" else listener.accept()
                heard.append(name)
            except BlockingIOError:
                pass


def _as_the_grader(user: str, command: list[str]) -> list[str]:
    if user == "me" or os.geteuid() != 0:
        return command
    uid = str(scratch.OTHER_UID)
    return ["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "--", *command]


@contextmanager
def _changing(course: Path, words: dict[str, str]) -> Iterator[None]:
    """Lets the modules with ``during`` change their submissions all the time."""
    stop = threading.Event()

    def change() -> None:
        step = 0
        while not stop.wait(0.005):
            for row in ATTACKS:
                if hasattr(attack(row), "during"):
                    attack(row).during(course / "submitted" / row / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", step, words)
            step += 1

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _left_behind() -> Iterator[list[str]]:
    """What is there after a run that was not before: processes, whoever started them; mounts; scratch folders."""
    left: list[str] = []
    libc = ctypes.CDLL(None)
    linux = sys.platform == "linux"
    if linux:
        libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans of the run become children of this process
    mounts, folders = _mounts(), _scratch_folders()
    known = {child.pid for child in psutil.Process().children(recursive=True)}
    yield left
    deadline = time.monotonic() + 15
    while True:
        processes = [p for p in psutil.Process().children(recursive=True) if p.pid not in known and not _reaped(p)]
        found = [f"process {p}" for p in processes]
        found += [f"folder {name}" for name in _scratch_folders() - folders if not _in_use(name)]
        if not found or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    left += found
    left += [f"mount {mount}" for mount in _mounts() - mounts]
    if linux:
        libc.prctl(_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _reaped(process: psutil.Process) -> bool:
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return False
        os.waitpid(process.pid, os.WNOHANG)
    except (psutil.NoSuchProcess, ChildProcessError):
        pass
    return True


def _mounts() -> set[str]:
    file = Path("/proc/self/mounts")
    return set(file.read_text().splitlines()) if file.exists() else set()


def _scratch_folders() -> set[str]:
    return {str(path) for path in Path(tempfile.gettempdir()).glob("autograder-*")}


def _in_use(folder: str) -> bool:
    """Whether a student of somebody else's run is at work there."""
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(folder):
                return True
        except psutil.Error:
            continue
    return False


def _contents(course: Path) -> dict[str, str]:
    """Everything in the course but what grading makes and what changes by design: name to a digest."""
    changing = {row for row in ATTACKS if hasattr(attack(row), "during")}
    found = {}
    for folder, folders, files in os.walk(course):
        folders[:] = [f for f in folders if f not in MADE_BY_GRADING | changing | {"__pycache__"}]
        for name in (*folders, *files):
            path = Path(folder, name)
            if name in MADE_BY_GRADING and folder == str(course):
                continue
            info = path.lstat()
            regular = stat.S_ISREG(info.st_mode) and info.st_size < 1 << 24
            digest = hashlib.sha256(path.read_bytes()).hexdigest() if regular else str(info.st_size)
            found[str(path.relative_to(course))] = f"{info.st_mode} {digest if not stat.S_ISDIR(info.st_mode) else ''}"
    return found
