"""Looks at the walls from inside: ``python -m tests.inside CANARY`` prints as JSON what a hostile child could do.

Each attempt is a name and a function; what it gives back is its result, and an exception it raises is its refusal.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from autograder.config import Limits
from autograder.sandbox.zygote import Zygote
from tests.scratch import ROOT

PROGRAM = """
import ctypes, errno, fcntl, glob, json, mmap, os, resource, signal, socket, subprocess, sys, tempfile

libc = ctypes.CDLL(None, use_errno=True)
facts = {}

def attempt(name, function):
    try:
        facts[name] = ["did", repr(function())[:200]]
    except BaseException as error:
        facts[name] = ["refused", f"{type(error).__name__}: {error}"[:200]]

def call(name, *args):
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

def tcp():
    with socket.socket() as s:
        s.settimeout(1)
        s.connect(("192.0.2.1", 80))

def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", ("192.0.2.1", 9))

def large_buffer():
    with socket.socketpair()[0] as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
        return s.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

def younger():
    libc.syscall(457, None, None, 0, 0)  # statmount
    return ctypes.get_errno() != errno.ENOSYS or 1 / 0

def changed(what, change):
    before = getattr(os.stat("@CANARY@"), what)
    change("@CANARY@")
    return getattr(os.stat("@CANARY@"), what) != before or 1 / 0

def loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

def loader():
    import torch
    data = torch.arange(8)
    return [b.tolist() for b in torch.utils.data.DataLoader(data, batch_size=4, num_workers=2)]

def set_mode():
    path = os.path.join(os.getcwd(), "program")
    open(path, "w").close()
    os.chmod(path, 0o4755)
    return subprocess.run([path]).returncode

def fill(folder):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    written = 0
    try:
        with open(os.path.join(folder, "big"), "wb", 0) as file:
            while True:
                written += file.write(bytes(1 << 20))
    finally:
        os.unlink(os.path.join(folder, "big"))
        facts["filled"] = ["did", str(written >> 20)]

status = dict(line.split(":\\t") for line in open("/proc/self/status") if ":\\t" in line)
facts["status"] = {name: status[name].strip() for name in
                   ("NoNewPrivs", "Seccomp", "CapEff", "CapPrm", "CapBnd", "CapInh", "Uid")}
attempt("pid", os.getpid)
attempt("read shadow", lambda: open("/etc/shadow").read())
attempt("read canary", lambda: open("@CANARY@").read())
attempt("list course", lambda: os.listdir("@ROOT@/source"))
attempt("list package", lambda: os.listdir("@ROOT@/autograder/checks"))
attempt("import checks", lambda: __import__("autograder.checks.plugin"))
attempt("read home", lambda: open("/root/.bashrc").read())
attempt("other processes", lambda: [p for p in os.listdir("/proc") if p.isdigit() and int(p) > 2] or 1 / 0)
attempt("memory of the parent", lambda: open(f"/proc/{os.getppid()}/mem", "rb"))
attempt("memory of process 1", lambda: open("/proc/1/mem", "rb"))
attempt("environment of process 1", lambda: open("/proc/1/environ").read())
attempt("signal the parent", lambda: os.kill(os.getppid(), signal.SIGKILL) if os.getppid() > 1 else 1 / 0)
attempt("write outside", lambda: open(os.path.join(sys.prefix, "x"), "w"))
attempt("write root", lambda: open("/x", "w"))
attempt("write core pattern", lambda: os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))
attempt("tcp", tcp)
attempt("udp", udp)
attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
attempt("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt("vsock", lambda: socket.socket(40, socket.SOCK_STREAM))
attempt("user namespace", lambda: call("unshare", 0x10000000))
attempt("mount", lambda: call("mount", b"tmpfs", b"/tmp", b"tmpfs", 0, None))
attempt("ptrace", lambda: call("ptrace", 0, 0, 0, 0))
attempt("chroot", lambda: os.chroot("/"))
attempt("become root", lambda: os.setuid(0))
attempt("memfd", lambda: os.memfd_create("x"))
attempt("memory shared without a file", lambda: mmap.mmap(-1, 4096))
attempt("memory shared through a device", lambda: mmap.mmap(os.open("/dev/zero", os.O_RDWR), 4096))
attempt("pages kept by a pipe", lambda: call("vmsplice", os.pipe()[1], ctypes.create_string_buffer(16), 0, 0))
attempt("out of sight of who watches", lambda: call("prctl", 4, 0, 0, 0, 0))
attempt("large socket buffers", lambda: large_buffer() > 1 << 20 or 1 / 0)
attempt("mode of a file outside", lambda: changed("st_mode", lambda path: os.chmod(path, 0o640)))
attempt("times of a file outside", lambda: changed("st_mtime", lambda path: os.utime(path, (1, 1))))
attempt("owner of a file outside", lambda: changed("st_ctime", lambda path: os.chown(path, -1, os.getgid())))
attempt("size of a file outside", lambda: changed("st_size", lambda path: os.truncate(path, 3)))
attempt("attributes of a file outside", lambda: os.setxattr("@CANARY@", b"user.x", b"x"))
attempt("mode of the interpreter's files", lambda: os.fchmod(os.open(os.__file__, os.O_RDONLY), 0o640) or (
    os.stat(os.__file__).st_mode & 0o777 == 0o640 or 1 / 0))
attempt("lease on the interpreter's files", lambda: fcntl.fcntl(os.open(os.__file__, os.O_RDONLY), 1024, 0))
attempt("priority of all of a user", lambda: os.setpriority(os.PRIO_USER, 0, 1))
attempt("disk priority of others", lambda: call("syscall", 251, 1, os.getppid(), 3 << 13 | 7))
attempt("a system call younger than the filter", younger)
attempt("signal the parent softly", lambda: os.kill(os.getppid(), 0))
attempt("keyctl", lambda: call("syscall", 250, 0, -3, 0))
attempt("io_uring", lambda: call("syscall", 425, 8, ctypes.create_string_buffer(120)))
attempt("bpf", lambda: call("syscall", 321, 0, ctypes.create_string_buffer(120), 120))
attempt("raise limits", lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
attempt("limits of others", lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (1, 1)))
attempt("priority of others", lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19))
attempt("type into a terminal", lambda: fcntl.ioctl(0, 0x5412, b"x"))
attempt("device", lambda: os.mknod("device", 0o60666, os.makedev(8, 0)))
attempt("setuid file gains", lambda: os.geteuid() == 0 or 1 / 0)
attempt("hidden environment", lambda: "SECRET" in repr(dict(os.environ)) + open("/proc/self/environ").read() or 1 / 0)
attempt("fill the scratch folder", lambda: fill("."))

attempt("ok: write here", lambda: open("file", "w").write("x"))
attempt("ok: temporary file", lambda: tempfile.NamedTemporaryFile().write(b"x"))
attempt("ok: shell", lambda: subprocess.run("echo hello", shell=True, capture_output=True, check=True).stdout)
attempt("ok: own descriptors", lambda: os.listdir("/proc/self/fd"))
attempt("ok: zeros", lambda: open("/dev/zero", "rb").read(3) == bytes(3) or 1 / 0)
attempt("ok: thread", lambda: __import__("threading").Thread(target=int).start())
attempt("ok: loopback", loopback)
attempt("ok: loader", loader)
wire.sendall(json.dumps(facts).encode())
"""


def main(canary: str) -> None:
    program = PROGRAM.replace("@CANARY@", canary).replace("@ROOT@", str(ROOT))
    with Zygote((ROOT,)) as zygote:
        ready = zygote.ready()
        spawned = zygote.spawn(Limits(disk_bytes=8 << 20), program)
        spawned.wait_ready(60)
        spawned.wire.settimeout(60)
        answer = b"".join(iter(lambda: spawned.wire.recv(65536), b""))
        spawned.kill()
    print(json.dumps({"tier": ready.tier, "layers": ready.layers, "facts": json.loads(answer)}))


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).resolve()))
