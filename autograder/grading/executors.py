"""Runs a function over jobs: one after another, on local processes, or on a Dask cluster. One interface.

A function and its jobs are pickled on the way to another process; both are ours. Nothing here schedules across
machines, retries there, or ships files: that is Dask's work.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Protocol, TypeVar

from autograder.errors import GraderError, UsageError, ZygoteDied
from autograder.grading import engine
from autograder.sandbox import syscalls

J = TypeVar("J")
R = TypeVar("R")
_TRIES = 2  # alone, of a job that was at work when a process of ours was killed
_IDLE_DEATHS = 3
_FIX = "Look for a lack of memory, then run the same command again: what is done is kept."


class Executor(Protocol):
    """Gives each job with its result, in the order in which they are ready.

    ``lost`` gives the result of a job whose process is killed whenever it is run; without it, that is a GraderError.
    """

    def run(
        self, function: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R] | None = None
    ) -> Generator[tuple[J, R], None, None]: ...


class Serial:
    """In this process, one after another."""

    def run(
        self, function: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R] | None = None
    ) -> Generator[tuple[J, R], None, None]:
        for job in jobs:
            yield job, function(job)


class LocalProcesses:
    """On forked processes of this machine, which share what this process has loaded and its zygote.

    When one of them or the zygote is killed, the jobs that were at work are suspects: each is run again, alone, so that
    one that kills them cannot take others along. The rest goes on as before.

    Args:
        count: how many; by default as many as there are processors to use.
        say: told what happened, a sentence each.
    """

    def __init__(self, count: int | None = None, say: Callable[[str], None] = lambda line: None) -> None:
        self._count = count or usable_processors()
        self._say = say

    def run(
        self, function: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R] | None = None
    ) -> Generator[tuple[J, R], None, None]:
        """
        Raises:
            GraderError: processes were killed again and again, and ``lost`` does not help.
        """
        left = dict(enumerate(jobs))
        idle_deaths = 0
        while left:
            before = len(left)
            suspects = yield from self._round(function, left, self._count)
            if not left:
                return
            self._say(f"A process that grades was killed. {len(left)} of {len(jobs)} are left; they are graded now.")
            for number in suspects:
                yield from self._alone(function, left, number, lost)
            idle_deaths = 0 if len(left) < before else idle_deaths + 1
            if idle_deaths == _IDLE_DEATHS:
                raise GraderError(f"Grading processes are killed at once; {len(left)} submissions are left.", _FIX)

    def _alone(
        self, function: Callable[[J], R], left: dict[int, J], number: int, lost: Callable[[J], R] | None
    ) -> Generator[tuple[J, R], None, None]:
        job = left[number]
        only = {number: job}
        for _ in range(_TRIES):
            for result in self._round(function, only, 1):
                del left[number]
                yield result
                return
        if lost is None:
            raise GraderError(
                f"Grading processes died {_TRIES + 1} times on the same job; {len(left)} submissions are left.", _FIX
            )
        del left[number]
        yield job, lost(job)

    def _round(
        self, function: Callable[[J], R], left: dict[int, J], count: int
    ) -> Generator[tuple[J, R], None, list[int]]:
        """Run the jobs in ``left``, taking out what is done, until all are or a process of ours is killed.

        Returns:
            numbers of the jobs that were at work when it was.
        """
        if engine.revive():
            self._say("The zygote, the process that students are forked from, was killed; there is a new one.")
        started = mmap.mmap(-1, max(left) + 1)
        suspects: list[int] = []
        with _pool(min(count, len(left)), started) as pool:
            try:
                futures = {pool.submit(_work, function, job, number): number for number, job in left.items()}
                for future in as_completed(futures):
                    number = futures[future]
                    try:
                        result = future.result()
                    except ZygoteDied as died:
                        suspects += [number] if died.during else []
                        continue
                    yield left.pop(number), result
            except BrokenProcessPool:
                suspects = [number for number in left if started[number]]
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        return suspects


class Cluster:
    """On the workers of a Dask scheduler, which must see the course folder at the same path.

    Args:
        address: the scheduler's, such as ``tcp://10.0.0.1:8786``.
        timeout_s: seconds to wait for its first answer.
    """

    def __init__(self, address: str, timeout_s: float = 10.0) -> None:
        self._address = address
        self._timeout_s = timeout_s

    def run(
        self, function: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R] | None = None
    ) -> Generator[tuple[J, R], None, None]:
        """Raises UsageError where Dask is not installed or the scheduler does not answer."""
        try:
            from distributed import Client, KilledWorker, as_completed
        except ImportError:
            raise UsageError("--scheduler needs Dask.", "Install it: pip install 'graded-descent[cluster]'.") from None
        try:
            client = Client(self._address, timeout=self._timeout_s)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(
                f"The scheduler at {self._address} does not answer: {error}.", "Start it, or correct the address."
            ) from None
        with client:
            futures = {client.submit(function, job, pure=False): job for job in jobs}
            finished = as_completed(list(futures), with_results=True, raise_errors=False)  # type: ignore[no-untyped-call]
            for future, result in finished:
                if future.status != "error":
                    yield futures[future], result
                    continue
                failure = future.exception()
                if lost is None or not isinstance(failure, KilledWorker):
                    raise failure
                yield futures[future], lost(futures[future])


def _pool(count: int, started: mmap.mmap) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(started,))


_started = mmap.mmap(-1, 1)  # in a grading process: a flag for every job, shared with the process that hands them out


def _begin(started: mmap.mmap) -> None:
    global _started
    _started = started
    _end_with_parent()
    _use_one_thread()


def _work(function: Callable[[J], R], job: J, number: int) -> R:
    _started[number] = 1
    return function(job)


def _end_with_parent() -> None:
    """A grading process must not outlive a run that was killed: nobody would take its result, nor end it."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    if syscalls.LINUX:
        syscalls.die_with_parent(signal.SIGKILL)
        if os.getppid() != parent.pid:
            os._exit(1)
    else:
        threading.Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()


def _use_one_thread() -> None:
    """Processes are the parallelism here; and a fork does not have the threads that OpenMP would wait for."""
    import torch

    torch.set_num_threads(1)


def usable_processors() -> int:
    """Processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
