"""Scratch courses for tests: this course's sources under low limits, notebooks to hand in, and other people to be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
OTHER_UID = 64_321
LIMITS = {"cell_s": 6.0, "check_s": 3.0, "memory_bytes": 1 << 29, "processes": 48}


def make_course(root: Path, assignments: tuple[str, ...] = ("03_losses",), limits: dict[str, float] = LIMITS) -> Path:
    """A course with this one's sources and checks, a seed of its own, and short limits."""
    root.mkdir(parents=True, exist_ok=True)
    for name in assignments:
        shutil.copytree(
            ROOT / "source" / name, root / "source" / name, ignore=shutil.ignore_patterns(".*", "__pycache__")
        )
        shutil.copytree(ROOT / "release" / name, root / "release" / name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    settings = ["[tool.autograder]", 'course_id = "scratch"', 'seed = "scratch"', "[tool.autograder.limits]"]
    settings += [f"{name} = {value}" for name, value in limits.items()]
    (root / "pyproject.toml").write_text("\n".join(settings) + "\n")
    return root


def grade_id(cell: dict[str, Any]) -> str | None:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def text_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def worked_notebook(assignment: str, answers: dict[str, str] | None = None) -> dict[str, Any]:
    """The release with every solution cell filled in: from ``answers``, or else with the worked solution."""
    solved = {grade_id(c): text_of(c) for c in read(ROOT / "solutions" / assignment / f"{assignment}.ipynb")["cells"]}
    notebook = read(ROOT / "release" / assignment / f"{assignment}.ipynb")
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = (answers or {}).get(grade_id(cell) or "", solved[grade_id(cell)])
    return notebook


def as_json(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1)


def hand_in(course: Path, student: str, assignment: str, notebook: dict[str, Any] | str | bytes) -> Path:
    """Put a notebook, or the bytes of something like one, where a student's would lie."""
    path = course / "submitted" / student / assignment / f"{assignment}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(notebook, dict):
        notebook = as_json(notebook)
    path.write_bytes(notebook.encode() if isinstance(notebook, str) else notebook)
    return path


def autograder(
    *arguments: str, course: Path, user: str = "me", env: dict[str, str] | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run the command as ``me``, as an ``ordinary`` user, or as one ``without-namespaces`` of any kind to be had."""
    command = [sys.executable, "-m", "autograder", "--course", str(course), *arguments]
    environment = {**os.environ, "COLUMNS": "200", **(env or {})}
    if user != "me":
        command = as_user(user, command, course)
        environment["HOME"] = str(course)
    return subprocess.run(
        command, cwd=course, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def as_user(user: str, command: list[str], course: Path) -> list[str]:
    """``command`` as the ``ordinary`` user, or as one ``without-namespaces``, who owns the folder ``course``."""
    if user == "without-namespaces":
        command = [sys.executable, str(ROOT / "tests" / "without_namespaces.py"), *command]
    return as_ordinary_user(command, course)


def as_ordinary_user(command: list[str], course: Path) -> list[str]:
    """``command`` as an unprivileged user who can reach the interpreter and owns the course; unchanged when not root.

    An interpreter under /root is out of an ordinary user's reach: in a mount namespace of its own, what lies above it
    is replaced by an empty folder that everybody may pass.
    """
    if os.geteuid() != 0:
        return command
    if not shutil.which("unshare") or not shutil.which("setpriv"):
        pytest.skip("util-linux (unshare, setpriv) is needed to become an ordinary user")
    for path in (course, *course.rglob("*")):
        with suppress(FileNotFoundError):  # a submission that changes all the time
            os.chown(path, OTHER_UID, OTHER_UID, follow_symlinks=False)
    for folder in course.parents:
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o011)
    base = Path(sys.base_prefix)
    closed = next((p for p in reversed(base.parents) if p != Path("/") and not p.stat().st_mode & 0o001), None)
    script = 'exec setpriv --reuid "$0" --regid "$0" --clear-groups --inh-caps=-all --bounding-set=-all -- "$@"'
    if closed is not None:
        script = (
            f"set -e; keep=$(mktemp -d); mount --bind {base} $keep; mount -t tmpfs -o mode=755 tmpfs {closed}; "
            f"mkdir -p {base}; mount --move $keep {base}; rmdir $keep; " + script
        )
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, str(OTHER_UID), *command]
