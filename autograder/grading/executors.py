"""Runs a function over jobs: one after another, on local processes, or on a Dask cluster. One interface.

A function and its jobs are pickled on the way to another process; both are ours. Nothing here schedules across
machines, retries there, or ships files: that is Dask's work.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol, TypeVar

from autograder.errors import GraderError, UsageError

J = TypeVar("J")
R = TypeVar("R")
_TRIES = 3


class Executor(Protocol):
    """Gives each job with its result, in the order in which they are ready."""

    def run(self, function: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]: ...


class Serial:
    """In this process, one after another."""

    def run(self, function: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        for job in jobs:
            yield job, function(job)


class LocalProcesses:
    """On forked processes of this machine, which share what this process has loaded and its zygote.

    Args:
        count: how many; by default as many as there are processors to use.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = count or usable_processors()

    def run(self, function: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        """A worker that dies takes its jobs with it: these are run again.

        Raises:
            GraderError: workers died ``_TRIES`` times on the same jobs.
        """
        left = dict(enumerate(jobs))
        for _ in range(_TRIES):
            context = multiprocessing.get_context("fork")
            count = min(self._count, len(left)) or 1
            with ProcessPoolExecutor(count, mp_context=context, initializer=_use_one_thread) as pool:
                futures = {pool.submit(function, job): number for number, job in left.items()}
                try:
                    for future in as_completed(futures):
                        result = future.result()
                        yield left.pop(futures[future]), result
                    return
                except BrokenProcessPool:
                    continue
        raise GraderError(
            f"Grading processes died {_TRIES} times; {len(left)} submissions are left.",
            "Look for a lack of memory, then run the same command again: what is done is kept.",
        )


class Cluster:
    """On the workers of a Dask scheduler, which must see the course folder at the same path.

    Args:
        address: the scheduler's, such as ``tcp://10.0.0.1:8786``.
        timeout_s: seconds to wait for its first answer.
    """

    def __init__(self, address: str, timeout_s: float = 10.0) -> None:
        self._address = address
        self._timeout_s = timeout_s

    def run(self, function: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        """Raises UsageError where Dask is not installed or the scheduler does not answer."""
        try:
            from distributed import Client, as_completed
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
            for future, result in as_completed(list(futures), with_results=True):  # type: ignore[no-untyped-call]
                yield futures[future], result


def _use_one_thread() -> None:
    """Processes are the parallelism here; and a fork does not have the threads that OpenMP would wait for."""
    import torch

    torch.set_num_threads(1)


def usable_processors() -> int:
    """Processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
