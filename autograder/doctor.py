"""What this machine can give: the sandbox tier and why, the devices, the versions, and what would improve it."""

from __future__ import annotations
