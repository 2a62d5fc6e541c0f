"""A file system of the student's own: the interpreter and its libraries, read-only, and a capped scratch folder.

Built in a mount namespace of its own. What is not bound here does not exist inside: no home, no course, no /tmp,
no sockets of the host.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from autograder.config import Limits
from autograder.sandbox import syscalls as sc

SCRATCH = "/sandbox"
_SHARED_MEMORY_BYTES = 64 << 20
_BYTES_AN_INODE = 16 << 10
_DEVICES = ("null", "full", "random", "urandom")
_ZEROS = 1 << 50
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
_SETTINGS = ("pip.conf", "uv.toml", ".condarc", "condarc")  # of an environment; they may hold tokens of package indexes
_SCRATCH_MOUNT = sc.MS_NOSUID | sc.MS_NODEV


class Layout(NamedTuple):
    """What is bound into a private root, found once.

    Attributes:
        bound: folders and files that are there, read-only.
        links: symbolic links, name to target.
        hidden: folders and files below the bound ones that are covered, by an empty folder or one that none may open.
    """

    bound: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...]


def find_layout(hide: Iterable[Path]) -> Layout:
    """The layout for this interpreter.

    Args:
        hide: folders that must not be there, wherever they lie: the course, this package.
    """
    links = tuple((name, os.readlink(name)) for name in _SYSTEM if Path(name).is_symlink())
    wanted = [Path(name) for name in _SYSTEM if Path(name).is_dir() and not Path(name).is_symlink()]
    wanted += [Path(prefix).resolve() for prefix in (sys.base_prefix, sys.base_exec_prefix, sys.prefix)]
    wanted += [Path(p).resolve() for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    bound: list[Path] = []
    for path in sorted(set(wanted), key=lambda p: len(p.parts)):
        if path.is_dir() and not any(path.is_relative_to(other) for other in bound):
            bound.append(path)
    settings = (path / name for path in wanted for name in _SETTINGS)
    hidden = {p.resolve() for p in (*hide, *settings) if any(p.resolve().is_relative_to(b) for b in bound)}
    hidden = {path for path in hidden if path.exists()}
    cache = Path("/etc/ld.so.cache")
    files = (str(cache),) if cache.is_file() else ()
    return Layout((*map(str, bound), *files), links, tuple(sorted(map(str, hidden))))


def enter(layout: Layout, limits: Limits, uid: int, gid: int) -> None:
    """Make the private root and go there; the working folder is ``SCRATCH``. Needs namespaces for mounts and pids.

    Args:
        uid, gid: whom the student process will run as.

    Raises:
        OSError: a mount was refused.
    """
    sc.mount(None, "/", None, sc.MS_REC | sc.MS_PRIVATE)
    root = next(p for p in ("/mnt", "/media", "/srv", "/opt", "/sys") if _is_free(p, layout.bound))
    sc.mount("tmpfs", root, "tmpfs", _SCRATCH_MOUNT, "size=4m,nr_inodes=4096,mode=755")
    os.umask(0o022)
    for path in layout.bound:
        _bind(path, root + path)
        sc.make_read_only(root + path)
    for name, target in layout.links:
        os.symlink(target, root + name)
    _hide(root, layout.hidden)
    _make_etc(root, uid, gid)
    for folder in ("/dev/shm", "/proc", SCRATCH):
        os.makedirs(root + folder, exist_ok=True)
    for device in _DEVICES:
        _bind(f"/dev/{device}", f"{root}/dev/{device}")
    with open(f"{root}/dev/zero", "wb") as zeros:  # shared mappings of the device itself would be memory of nobody
        zeros.truncate(_ZEROS)
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(f"/proc/self/{target}", f"{root}/dev/{name}")
    if not os.path.lexists(f"{root}/tmp"):  # the environment itself may lie in /tmp: then TMPDIR alone says where
        os.symlink(f"{SCRATCH}/.tmp", f"{root}/tmp")
    sc.mount("proc", f"{root}/proc", "proc", sc.MS_NOSUID | sc.MS_NODEV | sc.MS_NOEXEC)
    size = f"size={limits.disk_bytes},nr_inodes={inodes(limits)},mode=777"
    sc.mount("tmpfs", root + SCRATCH, "tmpfs", _SCRATCH_MOUNT, size)
    sc.mount(
        "tmpfs", f"{root}/dev/shm", "tmpfs", _SCRATCH_MOUNT, f"size={_SHARED_MEMORY_BYTES},nr_inodes=512,mode=1777"
    )
    os.umask(0)
    os.mkdir(f"{root}{SCRATCH}/.tmp", 0o777)
    os.umask(0o022)
    for mount in (f"{root}/proc", root):
        sc.mount(None, mount, None, sc.MS_REMOUNT | sc.MS_BIND | sc.MS_RDONLY | _SCRATCH_MOUNT)
    sc.pivot_to(root)
    os.chdir(SCRATCH)


def inodes(limits: Limits) -> int:
    """How many files and folders the scratch folder may hold."""
    return max(limits.disk_bytes // _BYTES_AN_INODE, 256)


def _is_free(path: str, bound: Iterable[str]) -> bool:
    return os.path.isdir(path) and not any(Path(b).is_relative_to(path) for b in bound)


def _bind(source: str, target: str) -> None:
    os.makedirs(target if os.path.isdir(source) else os.path.dirname(target), exist_ok=True)
    if not os.path.isdir(source):
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    sc.mount(source, target, None, sc.MS_BIND | sc.MS_REC)


def _hide(root: str, paths: Iterable[str]) -> None:
    closed = f"{root}/.closed"
    os.close(os.open(closed, os.O_CREAT, 0))
    for path in (root + p for p in paths):
        if os.path.isdir(path):
            sc.mount("tmpfs", path, "tmpfs", _SCRATCH_MOUNT | sc.MS_RDONLY, "size=4k,nr_inodes=2,mode=755")
        else:
            sc.mount(closed, path, None, sc.MS_BIND)


def _make_etc(root: str, uid: int, gid: int) -> None:
    os.makedirs(f"{root}/etc", exist_ok=True)
    files = {
        "passwd": f"student:x:{uid}:{gid}::{SCRATCH}:/bin/sh\n",
        "group": f"student:x:{gid}:\n",
        "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    }
    for name, text in files.items():
        Path(f"{root}/etc/{name}").write_text(text, encoding="utf-8")
