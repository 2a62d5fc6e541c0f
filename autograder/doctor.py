"""What this machine can give: the sandbox tier and why, the devices, the versions, and what would improve it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any
