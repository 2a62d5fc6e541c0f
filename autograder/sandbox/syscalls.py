"""The few Linux system calls that Python does not offer, by ctypes. Imports everywhere; works on Linux only.

Sources: the man pages of each call; ``linux/mount.h``, ``linux/landlock.h``, ``linux/prctl.h``, ``linux/capability.h``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import socket
import struct
import sys

LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x20000, 0x2000000, 0x4000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x8000000, 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
_MNT_DETACH = 2

HUGE_PAGE = 1 << 21  # bytes, on x86-64 and on arm64 with pages of 4 KiB
_MADV_COLLAPSE = 25

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_SECUREBITS = 1, 4, 24, 28
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 36, 38, 47, 4
_SECURE_ALL_LOCKED = 0x2F  # no privileges for uid 0, no setuid fix-up, both locked; keep-caps locked off
_LAST_CAPABILITY = 63

# Numbers that x86-64, arm64 and every later architecture share.
_MOUNT_SETATTR, _LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 442, 444, 445, 446
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


def packet_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets that keep messages apart. macOS has no SOCK_SEQPACKET."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET if LINUX else socket.SOCK_DGRAM)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _call(name: str, *args: object) -> int:
    assert _libc is not None
    return _check(getattr(_libc, name)(*args), name)


def unshare(flags: int) -> None:
    _call("unshare", ctypes.c_int(flags))


def mount(source: str | None, target: str, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    coded = [None if text is None else text.encode() for text in (source, target, kind, data)]
    try:
        _call("mount", coded[0], coded[1], coded[2], ctypes.c_ulong(flags), coded[3])
    except OSError as error:
        raise OSError(error.errno, f"mount {target}: {os.strerror(error.errno or 0)}") from None


def make_read_only(path: str) -> None:
    """Make a mount and all below it read-only, without devices and setuid programs (Linux 5.12)."""
    rdonly, nosuid, nodev, recursive = 1, 2, 4, 0x8000
    attributes = ctypes.create_string_buffer(struct.pack("QQQQ", rdonly | nosuid | nodev, 0, 0, 0), 32)
    _call("syscall", _MOUNT_SETATTR, -100, path.encode(), ctypes.c_uint(recursive), attributes, ctypes.c_size_t(32))


def pivot_to(root: str) -> None:
    """Make ``root`` the root folder, and let go of the old one."""
    os.chdir(root)
    _call("syscall", _PIVOT_ROOT[platform.machine()], b".", b".")
    _call("umount2", b".", _MNT_DETACH)
    os.chdir("/")


def die_with_parent(signal: int) -> None:
    """Get ``signal`` when the parent ends. A change of uid clears this: call it after."""
    _call("prctl", _PR_SET_PDEATHSIG, signal, 0, 0, 0)


def set_dumpable(dumpable: bool) -> None:
    """Whether processes of the same user may read this one's memory, and whether it leaves core dumps."""
    _call("prctl", _PR_SET_DUMPABLE, int(dumpable), 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def forbid_new_privileges() -> None:
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def drop_bounding_set() -> None:
    """No capability can be gained by any program that is started. Needs CAP_SETPCAP."""
    assert _libc is not None
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break  # the kernel has no more
    _call("prctl", _PR_SET_SECUREBITS, _SECURE_ALL_LOCKED, 0, 0, 0)


def has_capabilities() -> bool:
    """Whether this process has any capability now."""
    version_3 = 0x20080522
    data = ctypes.create_string_buffer(24)
    _call("capget", ctypes.create_string_buffer(struct.pack("Ii", version_3, 0)), data)
    return any(data.raw)


def drop_capabilities() -> None:
    """Give up every capability, ambient ones included."""
    _call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    version_3 = 0x20080522
    header = ctypes.create_string_buffer(struct.pack("Ii", version_3, 0))
    _call("capset", header, ctypes.create_string_buffer(24))


def landlock_abi() -> int:
    """The kernel's version of Landlock, 0 where there is none."""
    if _libc is None:
        return 0
    return max(0, int(_libc.syscall(_LANDLOCK_CREATE, None, 0, 1)))


def landlock_create(filesystem: int, network: int, scopes: int, abi: int) -> int:
    """A rule set that handles these rights; the file descriptor of it."""
    attributes = struct.pack("QQQ", filesystem, network, scopes)[: 24 if abi >= 6 else 16 if abi >= 4 else 8]
    return _call("syscall", _LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)


def landlock_allow(rules: int, rights: int, path: int) -> None:
    """Allow ``rights`` below the file or folder that the descriptor ``path`` stands for."""
    path_beneath = 1
    _call("syscall", _LANDLOCK_ADD, rules, path_beneath, struct.pack("=Qi", rights, path), 0)


def landlock_restrict(rules: int) -> None:
    _call("syscall", _LANDLOCK_RESTRICT, rules, 0)


def to_huge_page(address: int) -> None:
    """Move the memory from ``address``, a multiple of HUGE_PAGE, to a page of that size (Linux 6.1)."""
    _call("madvise", ctypes.c_void_p(address), ctypes.c_size_t(HUGE_PAGE), _MADV_COLLAPSE)


def raise_loopback() -> None:
    """Bring up the loopback device of this network namespace."""
    import fcntl

    get_flags, set_flags, up = 0x8913, 0x8914, 0x1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(s, get_flags, request))[1]
        fcntl.ioctl(s, set_flags, struct.pack("16sH14x", b"lo", flags | up))


def bound_tcp_buffers(size: int) -> None:
    """Let no connection of this network namespace hold more than ``size`` bytes unread in each direction."""
    for name in ("tcp_wmem", "tcp_rmem"):
        with contextlib.suppress(OSError), open(f"/proc/sys/net/ipv4/{name}", "w", encoding="ascii") as file:
            file.write(f"4096 {size // 2} {size}")
