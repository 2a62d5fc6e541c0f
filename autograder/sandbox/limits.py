"""The walls around a student process that do not need namespaces: rlimits, Landlock, seccomp.

Each function works on the calling process and is inherited by all it starts. None can be undone.

Sources: setrlimit(2); https://docs.kernel.org/userspace-api/landlock.html;
https://docs.kernel.org/userspace-api/seccomp_filter.html; the default seccomp profile of Docker for what to deny.
"""

from __future__ import annotations

import errno
import mmap
import os
import resource
import stat
from collections.abc import Iterable
from typing import Any

from autograder.config import Limits
from autograder.sandbox import syscalls

_OPEN_FILES = 512
_CPU_SLACK = 20  # of processor seconds for one of wall time: the grader's clock is the limit, this is the net below it

# Landlock's rights, linux/landlock.h
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_RIGHTS_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_TCP_BIND, _TCP_CONNECT = 1, 2
_SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1, 2

_DENIED = (  # one family of calls a line
    "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp",
    "mount umount2 pivot_root chroot mount_setattr move_mount open_tree fsopen fsmount fsconfig fspick",
    "unshare setns bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register",
    "keyctl add_key request_key open_by_handle_at name_to_handle_at lookup_dcookie fanotify_init",
    "kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct quotactl",
    "clock_settime settimeofday clock_adjtime adjtimex syslog vhangup ioperm iopl modify_ldt personality",
    "move_pages migrate_pages mbind set_mempolicy mknod mknodat memfd_create memfd_secret",
    "shmget shmat shmctl semget semop msgget msgsnd mq_open landlock_create_ruleset seccomp",
    "vmsplice io_setup",  # pages and rings that the kernel keeps
)
_OF_FILES = {  # Landlock does not know these: what becomes of them where the files of the host are there
    0: "chmod fchmod fchmodat utime utimes futimesat utimensat",  # programs that copy and unpack files ask in passing
    errno.EPERM: "chown lchown fchown fchownat",
    errno.ENOTSUP: "setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr",
}
_FIRST_YOUNG, _END = 451, 512  # system calls of Linux 6.5 and later, with the same numbers on every machine
_YOUNG_AND_KNOWN = {453, 454, 455, 456, 462}  # map_shadow_stack, futex_wake, futex_wait, futex_requeue, mseal
_FILE_FLAGS = (0x40086602, 0x401C5820)  # ioctls to set them
_OF_OTHERS = ("sched_setaffinity", "sched_setscheduler", "sched_setattr", "sched_setparam")
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_CLONE_NEW = 0x7E020000
_PRIO_PROCESS, _IOPRIO_PROCESS, _SETLEASE = 0, 1, 1024
_MAP_HUGETLB, _PR_SET_DUMPABLE, _SOL_SOCKET, _SO_SNDBUF, _SO_RCVBUF = 0x40000, 4, 1, 7, 8


def limit_resources(limits: Limits, *, processes: int | None) -> None:
    """Per process: memory beyond what is mapped now, files, core dumps. Bytes and seconds.

    Args:
        processes: how many processes and threads this user id may have in its user namespace; None for no limit.
    """
    mapped = _mapped_bytes()
    cpu_s = int(limits.cell_s * _CPU_SLACK) + 60
    bounds = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": limits.disk_bytes,
        "RLIMIT_NOFILE": _OPEN_FILES,
        "RLIMIT_CPU": cpu_s,
        **({"RLIMIT_NPROC": processes} if processes is not None else {}),
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_MEMLOCK": 1 << 16,
        **({"RLIMIT_AS": mapped + limits.memory_bytes} if mapped else {}),
    }
    for name, bound in bounds.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            resource.setrlimit(kind, (value, value))


def _mapped_bytes() -> int:
    """Bytes of address space in use, 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="utf-8") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def landlock(read: Iterable[str], write: Iterable[str], *, network: bool, least: int = 1) -> None:
    """Nothing but ``read`` can be read, nothing but ``write`` written; no signals or abstract sockets outside.

    What the kernel's Landlock does not know yet is left to the other walls.

    Args:
        network: allow TCP, for where the network is the process's own.
        least: version of Landlock that is needed.

    Raises:
        OSError: the kernel has no such Landlock.
    """
    abi = syscalls.landlock_abi()
    if abi < least:
        raise OSError(errno.EOPNOTSUPP, f"the kernel has Landlock {abi}, and {least} is needed")
    rights = (1 << 13) - 1
    rights |= (1 << 13 if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0) | (_IOCTL_DEV if abi >= 5 else 0)
    tcp = _TCP_BIND | _TCP_CONNECT if abi >= 4 and not network else 0
    scopes = _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS if abi >= 6 else 0
    rules = syscalls.landlock_create(rights, tcp, scopes, abi)
    try:
        for path in read:
            _allow(rules, path, (_EXECUTE | _READ_FILE | _READ_DIR) & rights)
        for path in write:
            _allow(rules, path, rights & ~(_MAKE_CHAR | _MAKE_BLOCK))
        syscalls.forbid_new_privileges()
        syscalls.landlock_restrict(rules)
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _RIGHTS_OF_FILES
        syscalls.landlock_allow(rules, rights, descriptor)
    finally:
        os.close(descriptor)


class SystemCalls:
    """A seccomp filter, built once before a fork and loaded after it.

    What is refused is listed, and what is younger than the list.

    Args:
        contained: its network and its files are its own: allow sockets of the internet's families, and to change modes.

    Raises:
        OSError: libseccomp is missing.
    """

    def __init__(self, *, contained: bool) -> None:
        try:
            import pyseccomp as seccomp
        except (ImportError, RuntimeError, OSError) as error:
            raise OSError(errno.ENOSYS, f"libseccomp could not be loaded: {error}") from None
        self._rules: Any = seccomp.SyscallFilter(seccomp.ALLOW)
        refuse = seccomp.ERRNO(errno.EPERM)
        for name in " ".join(_DENIED).split():
            self._deny(refuse, name)
        for flag in (1 << bit for bit in range(32)):
            if _CLONE_NEW & flag:
                self._deny(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
        self._deny(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags lie in memory: libc falls back to clone
        for number in set(range(_FIRST_YOUNG, _END)) - _YOUNG_AND_KNOWN:
            self._deny(seccomp.ERRNO(errno.ENOSYS), number)
        for request in (_TIOCSTI, _TIOCLINUX, *_FILE_FLAGS):
            self._deny(refuse, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFFFFFF, request))
        for name in (*_OF_OTHERS, "prlimit64"):
            self._deny(refuse, name, seccomp.Arg(0, seccomp.NE, 0))
        for name, process in (("setpriority", _PRIO_PROCESS), ("ioprio_set", _IOPRIO_PROCESS)):
            self._deny(refuse, name, seccomp.Arg(0, seccomp.NE, process))  # a user's, who may be the grader
            self._deny(refuse, name, seccomp.Arg(1, seccomp.NE, 0))
        self._deny(refuse, "fcntl", seccomp.Arg(1, seccomp.EQ, _SETLEASE))
        self._deny(refuse, "prctl", seccomp.Arg(0, seccomp.EQ, _PR_SET_DUMPABLE))  # who is not, cannot be looked at
        # Memory shared without a file stays when a process lets go of all its pages but one: nobody is seen to use it.
        no_memory = seccomp.ERRNO(errno.ENOMEM)
        shared = mmap.MAP_SHARED | mmap.MAP_ANONYMOUS
        self._deny(no_memory, "mmap", seccomp.Arg(3, seccomp.MASKED_EQ, shared | mmap.MAP_PRIVATE, shared))
        self._deny(no_memory, "mmap", seccomp.Arg(3, seccomp.MASKED_EQ, _MAP_HUGETLB, _MAP_HUGETLB))
        for buffer in (_SO_SNDBUF, _SO_RCVBUF):  # a wish, which need not come true
            level, name = seccomp.Arg(1, seccomp.EQ, _SOL_SOCKET), seccomp.Arg(2, seccomp.EQ, buffer)
            self._deny(seccomp.ERRNO(0), "setsockopt", level, name)
        no_family = seccomp.ERRNO(errno.EAFNOSUPPORT)
        unix, inet, inet6 = 1, 2, 10
        if contained:
            for family in (f for f in range(46) if f not in (unix, inet, inet6)):
                self._deny(no_family, "socket", seccomp.Arg(0, seccomp.EQ, family))
            for kind in (3, 4, 5, 6, 10):  # raw, rdm, seqpacket, dccp, packet
                for family in (inet, inet6):
                    self._deny(
                        no_family,
                        "socket",
                        seccomp.Arg(0, seccomp.EQ, family),
                        seccomp.Arg(1, seccomp.MASKED_EQ, 0xF, kind),
                    )
        else:
            self._deny(no_family, "socket")
            self._deny(no_family, "connect")
            for answer, names in _OF_FILES.items():
                for name in names.split():
                    self._deny(seccomp.ERRNO(answer), name)
        self._deny(no_family, "socketpair", seccomp.Arg(0, seccomp.NE, unix))

    def _deny(self, action: object, name: str | int, *conditions: object) -> None:
        try:
            self._rules.add_rule(action, name, *conditions)
        except (OSError, ValueError, RuntimeError):
            return  # this architecture or this libseccomp has no such call

    def load(self) -> None:
        self._rules.load()


def protect_grader() -> None:
    """Keep this process's memory from other processes of the same user, and out of core dumps."""
    if syscalls.LINUX:
        syscalls.set_dumpable(False)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
