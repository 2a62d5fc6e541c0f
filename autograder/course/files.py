"""Reads files that strangers put there: regular ones only, never through a link, never more than a bound."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from autograder.errors import SubmissionError


def read_regular(
    path: Path, max_bytes: int, *, fix: str = "Put the file itself there.", too_large: str = "Leave it out."
) -> bytes:
    """The content of a regular file.

    Args:
        fix: what to do about one that cannot be read.
        too_large: what to do about one that has too many bytes.

    Raises:
        SubmissionError: it is missing, a link, a folder, a pipe or a device, cannot be read, or has too many bytes.
    """
    try:
        if path.is_symlink():
            raise SubmissionError(f"{path} is a symbolic link, which is not followed.", fix)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise SubmissionError(f"{path} {reason}.", fix) from None
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise SubmissionError(f"{path} is not a regular file.", fix)
        if info.st_size > max_bytes:
            raise SubmissionError(f"{path} has {-(-info.st_size >> 20)} MiB; it may have {max_bytes >> 20}.", too_large)
        content = bytearray()
        while chunk := os.read(descriptor, 1 << 20):
            content += chunk
            if len(content) > max_bytes:
                raise SubmissionError(f"{path} grows while it is read.", too_large)
        return bytes(content)
    finally:
        os.close(descriptor)
