"""Frames that are bred for the lines of the readers they reach: ``python -m tests.fuzz.coverage_guided [SEED]``.

Needs atheris (``pip install atheris``), which has no build for some platforms: without it, this says so and ends.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path

RUNS = 300_000


def main(seed: str) -> None:
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: frames were not bred.")
        return
    import atheris

    with atheris.instrument_imports(include=["autograder.wire", "autograder.student.outputs"]):
        from tests.fuzz import frames

    def read(data: bytes) -> None:
        """The first two bytes say where the header ends; 0xffff, that this is a cell's outputs."""
        split = int.from_bytes(data[:2], "big")
        if split == 0xFFFF:
            frames.assert_outputs_read_or_refused(data[2:])
        else:
            frames.assert_read_or_refused(data[2 : 2 + split], data[2 + split :])

    header, blob = frames.honest_reply()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "reply").write_bytes(len(header).to_bytes(2, "big") + header + blob)
        Path(folder, "outputs").write_bytes(b"\xff\xff" + frames.honest_outputs())
        options = [f"-seed={seed}", f"-runs={RUNS}", "-max_len=4096", "-timeout=60", "-rss_limit_mb=4096"]
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={tempfile.gettempdir()}/", folder], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "1")
