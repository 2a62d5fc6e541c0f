"""Every exception this package raises on purpose, by whose fault it is.

    AutograderError
    ├── SubmissionError      the submitted file cannot be graded as it stands
    ├── CourseError          the instructor's source, checks or configuration is wrong
    ├── UsageError           the command was called with arguments that make no sense
    ├── GraderError          our fault, or the machine's: never a student's zero
    │   ├── SandboxError     the walls could not be built, or a process of ours was killed
    │   │   └── ZygoteDied   no student can be forked until there is a new zygote
    │   └── WireError        a frame broke the wire's rules
    └── StudentFault         what student code did while it ran or answered a call
        ├── StudentRaised    it raised an exception
        ├── StudentMissing   the name that was asked for does not exist, or is still a stub
        ├── StudentNotPlain  it answered with something that is not plain data
        ├── StudentTimeout   it did not answer in time
        ├── StudentMemory    it used more memory than allowed
        └── StudentCrashed   its process ended, or broke the protocol

The first line of a message says what is wrong and where; ``fix`` says what to do about it.
"""

from __future__ import annotations


class AutograderError(Exception):
    """Base of the tree.

    Args:
        message: what is wrong, naming the file and the cell.
        fix: what a person can do about it, as one sentence; empty where nothing can be done.
    """

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class SubmissionError(AutograderError):
    """The submitted file cannot be graded as it stands."""


class CourseError(AutograderError):
    """The instructor's source, checks or configuration is wrong."""


class UsageError(AutograderError):
    """The command was called with arguments that make no sense."""


class GraderError(AutograderError):
    """Our fault, or the machine's."""


class SandboxError(GraderError):
    """The walls could not be built, or a process of ours was killed."""


class ZygoteDied(SandboxError):
    """The zygote is gone, and this process cannot start another: the one that started it can.

    Args:
        during: it was there when this piece of work began.
    """

    def __init__(self, message: str, fix: str = "", *, during: bool = False) -> None:
        super().__init__(message, fix)
        self.during = during


class WireError(GraderError):
    """A frame broke the wire's rules."""


class StudentFault(AutograderError):
    """What student code did while it ran or answered a call."""


class StudentRaised(StudentFault):
    """Student code raised an exception while answering a call.

    Args:
        type_name: the exception's class name where it is a built-in one or PyTorch's, else "an exception".
        line: line number in ``source``'s cell, from 1, or 0 where it is not known.
        source: the student's own line of code at that place.
    """

    def __init__(self, message: str, type_name: str, line: int = 0, source: str = "") -> None:
        super().__init__(message)
        self.type_name = type_name
        self.line = line
        self.source = source


class StudentMissing(StudentFault):
    """The name does not exist, cannot be called, or is still a stub."""


class StudentNotPlain(StudentFault):
    """The answer is not plain data: see ``autograder.wire`` for what is."""


class StudentTimeout(StudentFault):
    """The deadline of a cell or of a call passed."""


class StudentMemory(StudentFault):
    """More memory was asked for than the limit allows."""


class StudentCrashed(StudentFault):
    """The student process ended, or broke the protocol."""
