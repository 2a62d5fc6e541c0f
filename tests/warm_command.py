"""The command ``autograder`` in processes that have imported everything: a run costs its work, not its imports.

A server process imports what the command imports and starts one zygote. For each request it forks a process that leads
a group of its own and runs the command as ``python -m autograder`` does. What is killed is that process, never the
server. Run as ``python -m tests.warm_command``, it is the server: a line of JSON a request on stdin, a pid and later an
exit status on stdout.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from tests.scratch import ROOT


class Ended(NamedTuple):
    status: int
    said: str


class WarmCommand:
    """Runs commands, one at a time, as a context manager.

    Args:
        folder: for what they print.
    """

    def __init__(self, folder: Path) -> None:
        self._output = folder / "output"
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.warm_command"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> WarmCommand:
        return self

    def __exit__(self, *exc_info: object) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(60)
        self._server.stdout.close()

    def start(self, course: Path, *arguments: str, file_bytes: int | None = None) -> int:
        """Start the command. Returns its pid, which leads its process group.

        Args:
            file_bytes: no file that it writes may be larger.
        """
        assert self._server.stdin is not None
        request = {"course": str(course), "arguments": arguments, "output": str(self._output), "file_bytes": file_bytes}
        self._output.unlink(missing_ok=True)
        print(json.dumps(request), file=self._server.stdin, flush=True)
        return self._answer()

    def wait(self) -> Ended:
        """How what was started ended: a negative status for a signal, and all it printed."""
        return Ended(self._answer(), self.output())

    def output(self) -> str:
        """What it printed until now."""
        return self._output.read_text(encoding="utf-8") if self._output.exists() else ""

    def run(self, course: Path, *arguments: str, file_bytes: int | None = None) -> Ended:
        self.start(course, *arguments, file_bytes=file_bytes)
        return self.wait()

    def _answer(self) -> int:
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())


def serve() -> None:
    import torch

    import autograder.checks.plugin
    import autograder.grading.batch
    import autograder.reports.exports
    import autograder.reports.feedback
    import autograder.reports.gradebook
    import autograder.reports.terminal  # noqa: F401
    from autograder.config import Config
    from autograder.grading import engine

    torch.set_num_threads(1)
    engine.start(Config(root=ROOT, course_id="", seed=""), [])
    engine.require_sandbox()
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            with suppress(OSError):
                os.setpgid(0, 0)
            _run(request)
        with suppress(OSError):  # whoever is first
            os.setpgid(pid, pid)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _run(request: dict[str, Any]) -> None:
    from autograder import cli

    descriptor = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ["COLUMNS"] = "300"
    status = 1
    try:
        if request["file_bytes"] is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (request["file_bytes"], resource.RLIM_INFINITY))
        sys.argv = ["autograder", "--course", request["course"], *request["arguments"]]
        cli.main()
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()
