"""What this machine can give: the sandbox tier and why, the devices, the versions, and what would improve it."""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from rich.console import Console
from rich.text import Text

from autograder.errors import SandboxError
from autograder.sandbox import syscalls
from autograder.sandbox.zygote import Readiness, Zygote

_HOLDS = {
    "A": "own namespaces, a private file system, Landlock, seccomp and limits hold",
    "B": "Landlock, seccomp and limits hold; student code sees that other processes exist, and disk is capped per file",
    "C": "only limits on processor time, files and wall time hold: grade code you trust",
    "D": "nothing holds: grading is refused, unless with --unsafe-no-sandbox",
}
_DISTRIBUTIONS = ("graded-descent", "torch", "torchvision", "nbgrader", "ipython", "pytest", "msgspec", "distributed")


def examine(out: Console, as_json: bool) -> int:
    """Print what was found. Returns the exit status: 0 where a sandbox holds, 1 where none does."""
    zygote = Zygote()
    devices = _devices()  # imports torch while the zygote does
    with zygote:
        try:
            found = zygote.ready()
        except SandboxError as error:
            found = Readiness("D", (("zygote", False, str(error)),), 0.0)
    report: dict[str, Any] = {
        "tier": found.tier,
        "holds": _HOLDS[found.tier],
        "layers": [{"name": name, "holds": holds, "remark": remark} for name, holds, remark in found.layers],
        "zygote_start_s": round(found.seconds, 2),
        "landlock_abi": syscalls.landlock_abi(),
        "devices": devices,
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "versions": {name: _version(name) for name in _DISTRIBUTIONS},
    }
    if as_json:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        _print(out, report)
    return 0 if found.tier in ("A", "B", "C") else 1


def _print(out: Console, report: dict[str, Any]) -> None:
    out.print(Text.assemble((f"Sandbox tier {report['tier']}", "bold"), f": {report['holds']}."))
    for layer in report["layers"]:
        mark = Text("holds  ", style="green") if layer["holds"] else Text("missing", style="yellow")
        out.print(Text.assemble("  ", mark, f"  {layer['name']}", f": {layer['remark']}" if layer["remark"] else ""))
    out.print(f"\nZygote       warm after {report['zygote_start_s']} s; Landlock ABI {report['landlock_abi']}")
    out.print(f"Devices      {', '.join(report['devices'])}")
    out.print(f"System       {report['system']}, Python {report['python']}")
    out.print(Text("Versions     " + ", ".join(f"{name} {number}" for name, number in report["versions"].items())))


def _devices() -> list[str]:
    import torch

    devices = ["cpu"]
    if torch.cuda.is_available():
        devices += [f"cuda:{i} {torch.cuda.get_device_name(i)}" for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        devices.append("mps")
    return devices


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
