"""Finds the best tier this machine can give, by building it in a throw-away child and looking at it from inside."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from autograder.config import Limits
from autograder.sandbox import syscalls as sc
from autograder.sandbox.keeper import Walls, keep
from autograder.sandbox.limits import SystemCalls
from autograder.sandbox.private_root import Layout

TIERS = ("A", "B", "C", "D")
_TIMEOUT_S = 20.0
_UDP_DISCARD = ("192.0.2.1", 9)  # an address for documentation, RFC 5737: nobody's


class Layer(NamedTuple):
    """One wall: whether it holds on this machine, and if not, why and what to do."""

    name: str
    holds: bool
    remark: str = ""


class Report(NamedTuple):
    tier: str
    layers: tuple[Layer, ...]


def probe(layout: Layout, canary: Path, wanted: str | None, unsafe: bool) -> tuple[Walls | None, Report]:
    """The walls of the best tier, or of the one that is wanted, and what was found on the way.

    Args:
        canary: a file of the host that a student must not be able to open.
        unsafe: go on without any walls where none hold.

    Returns:
        None for the walls where none hold.
    """
    layers: list[Layer] = []
    if sc.LINUX:
        filters: dict[bool, SystemCalls | None] = {}
        for contained in (True, False):
            try:
                filters[contained] = SystemCalls(contained=contained)
            except OSError as error:
                filters[contained] = None
                layers = [Layer("seccomp", False, f"{error.strerror}; install libseccomp (libseccomp2, libseccomp)")]
        for tier in ("A", "B"):
            walls = Walls(tier, layout, filters[tier == "A"])
            if wanted in (None, tier) and walls.system_calls is not None:
                found = _examine(walls, canary)
                layers += found
                if all(layer.holds for layer in found):
                    return walls, Report(tier, tuple(layers))
    elif wanted in (None, "C"):
        remark = "this system has no namespaces, Landlock or seccomp: files and network are open to student code"
        layers += [Layer("limits on memory, files and time", True), Layer("isolation", False, remark)]
        return Walls("C", layout, None), Report("C", tuple(layers))
    if unsafe:
        return Walls("D", layout, None), Report("D", tuple(layers))
    return None, Report("D", tuple(layers))


def _examine(walls: Walls, canary: Path) -> list[Layer]:
    """Build a tier and ask a child inside it what it can do."""
    ours, theirs = socket.socketpair()
    control, keepers = sc.packet_pair()
    with ours, control:
        pid = os.fork()
        if pid == 0:
            ours.close()
            control.close()
            keep(walls, Limits(), lambda: _report(theirs, str(canary)), keepers)
        theirs.close()
        keepers.close()
        control.settimeout(_TIMEOUT_S)
        ours.settimeout(_TIMEOUT_S)
        try:
            built = json.loads(control.recv(4096) or b"{}")
            facts = json.loads(ours.recv(65536) or b"{}") if "ready" in built else {}
        except (OSError, ValueError) as error:
            built, facts = {"failed": str(error)}, {}
        control.close()
        os.waitpid(pid, 0)
    if not facts:
        return [Layer(_TIER_NAMES[walls.tier], False, _advice(built.get("failed", "nothing was answered")))]
    return [
        Layer(name, facts.get(name) is True, "" if facts.get(name) is True else why)
        for name, why in _EXPECTED[walls.tier]
    ]


_TIER_NAMES = {"A": "namespaces", "B": "Landlock and seccomp"}
_COMMON = (
    ("no new privileges", "prctl(PR_SET_NO_NEW_PRIVS) had no effect"),
    ("seccomp", "the filter is not in force"),
    ("files of the host are out of reach", "a file outside could be opened"),
    ("no network", "a packet could be sent"),
)
_EXPECTED = {
    "A": (
        *_COMMON,
        ("own processes only", "processes of the host can be seen"),
        ("no capabilities", "some capability is left"),
        ("not root", "it still runs as root"),
    ),
    "B": (
        *_COMMON,
        (
            "others cannot be signalled",
            "the grader could be killed: Linux 6.12 or newer is needed, or another user, as root",
        ),
    ),
}


def _report(wire: socket.socket, canary: str) -> None:
    """Runs inside the walls: tries, and tells."""
    status = dict(
        line.split(":\t") for line in Path("/proc/self/status").read_text("utf-8").splitlines() if ":\t" in line
    )
    facts: dict[str, Any] = {
        "no new privileges": status.get("NoNewPrivs") == "1",
        "seccomp": status.get("Seccomp") == "2",
        "files of the host are out of reach": _refused(lambda: os.close(os.open(canary, os.O_RDONLY))),
        "no network": _refused(_send_packet),
        "own processes only": os.getpid() <= 8,
        "no capabilities": all(int(status[name], 16) == 0 for name in ("CapEff", "CapPrm", "CapBnd", "CapInh")),
        "others cannot be signalled": _refused(lambda: os.kill(os.getppid(), 0)),
        "not root": os.getuid() != 0,
    }
    wire.sendall(json.dumps(facts).encode())


def _send_packet() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"", _UDP_DISCARD)


def _refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _advice(failure: str) -> str:
    """What is in the way, and what an administrator can do about it."""
    for file, bad, fix in (
        ("/proc/sys/kernel/unprivileged_userns_clone", "0", "run `sysctl kernel.unprivileged_userns_clone=1` as root"),
        ("/proc/sys/user/max_user_namespaces", "0", "run `sysctl user.max_user_namespaces=15000` as root"),
        (
            "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "run `sysctl kernel.apparmor_restrict_unprivileged_userns=0` as root, or write an AppArmor profile",
        ),
    ):
        try:
            if Path(file).read_text("utf-8").strip() == bad:
                return f"{failure}; {fix}"
        except OSError:
            continue
    if "not permitted" in failure:
        return f"{failure}; a container needs leave to make user namespaces and to mount /proc"
    if "Permission denied" in failure:
        return f"{failure}; another user than root must be able to reach the interpreter"
    return failure
