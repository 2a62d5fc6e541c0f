"""``torch.sim``: what ``torch.cuda`` is to CUDA, as far as one device without streams has it."""

from __future__ import annotations

import time
import types
from typing import Any

import torch

from autograder.accelerator import events, memory
from autograder.accelerator.memory import NAME, ledger

DESCRIPTION = "Simulated accelerator (the CPU's numbers)"


class Event:
    """As ``torch.cuda.Event``: work is done as soon as it is asked for, so an event is a moment."""

    def __init__(self, enable_timing: bool = False, blocking: bool = False, interprocess: bool = False) -> None:
        self._timed = enable_timing
        self._recorded: float | None = None

    def record(self, stream: object = None) -> None:
        self._recorded = time.perf_counter()

    def wait(self, stream: object = None) -> None:
        """The stream waits, not the host."""

    def query(self) -> bool:
        return True

    def synchronize(self) -> None:
        events.emit("synchronize", "event_synchronize", blocking=True)

    def elapsed_time(self, end_event: Event) -> float:
        """Milliseconds between two recorded events, both made with ``enable_timing=True``."""
        if not (self._timed and end_event._timed) or self._recorded is None or end_event._recorded is None:
            raise RuntimeError("Both events must be created with enable_timing=True and recorded")
        return (end_event._recorded - self._recorded) * 1e3


class Stream:
    """As ``torch.cuda.Stream``: there is one order, that of the program."""

    def __init__(self, device: object = None, priority: int = 0) -> None:
        self.device = torch.device(NAME, 0)

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *exc_info: object) -> None: ...

    def query(self) -> bool:
        return True

    def synchronize(self) -> None:
        events.emit("synchronize", "stream_synchronize", blocking=True, warns=True)

    def wait_stream(self, stream: object) -> None: ...

    def wait_event(self, event: object) -> None: ...

    def record_event(self, event: Event | None = None) -> Event:
        event = event or Event()
        event.record(self)
        return event


class DeviceContext:
    """As ``torch.cuda.device``: choosing the only device."""

    def __init__(self, device: object) -> None:
        require_index(device)

    def __enter__(self) -> None: ...

    def __exit__(self, *exc_info: object) -> None: ...


def require_index(device: Any) -> None:
    """
    Raises:
        RuntimeError: not the one device.
    """
    index = device if isinstance(device, int) or device is None else torch.device(device).index
    if index not in (None, 0, -1):
        raise RuntimeError("SIM error: invalid device ordinal")


def synchronize(device: Any = None) -> None:
    require_index(device)
    events.emit("synchronize", "synchronize", blocking=True)


def memory_allocated(device: Any = None) -> int:
    """Bytes held by tensors, each storage rounded up to 512, as CUDA's caching allocator does."""
    return ledger.allocated


def max_memory_allocated(device: Any = None) -> int:
    return ledger.peak


def reset_peak_memory_stats(device: Any = None) -> None:
    ledger.peak = ledger.allocated


def mem_get_info(device: Any = None) -> tuple[int, int]:
    """Free and total bytes."""
    return max(0, ledger.capacity - ledger.allocated), ledger.capacity


def memory_stats(device: Any = None) -> dict[str, int]:
    """The counters of ``torch.cuda.memory_stats`` that have a meaning here."""
    return {
        "allocated_bytes.all.current": ledger.allocated,
        "allocated_bytes.all.peak": ledger.peak,
        "reserved_bytes.all.current": ledger.allocated,
        "reserved_bytes.all.peak": ledger.peak,
        "num_ooms": ledger.out_of_memory,
    }


def memory_summary(device: Any = None, abbreviated: bool = False) -> str:
    """The counters of ``memory_stats``, one a line."""
    return "\n".join(f"{name:<30}{value:>16,}" for name, value in memory_stats().items())


def set_per_process_memory_fraction(fraction: float, device: Any = None) -> None:
    """Limit this process to a fraction of the device's present capacity."""
    if not 0 <= fraction <= 1:
        raise ValueError(f"Invalid fraction value: {fraction}. Allowed range: 0~1")
    ledger.limit = int(ledger.capacity * fraction)


def get_device_properties(device: Any = None) -> types.SimpleNamespace:
    require_index(device)
    return types.SimpleNamespace(
        name=DESCRIPTION, total_memory=ledger.capacity, major=0, minor=0, multi_processor_count=1
    )


def manual_seed(seed: int) -> None:
    """The device draws from the CPU's default generator."""
    torch.default_generator.manual_seed(int(seed))


def get_rng_state(device: Any = NAME) -> torch.Tensor:
    return torch.default_generator.get_state()


def set_rng_state(new_state: torch.Tensor, device: Any = NAME) -> None:
    torch.default_generator.set_state(new_state)


FUNCTIONS: dict[str, Any] = {
    "Event": Event,
    "Stream": Stream,
    "_is_in_bad_fork": memory.in_bad_fork,
    "_lazy_init": memory.initialize,
    "current_device": lambda: 0,
    "current_stream": Stream,
    "default_stream": Stream,
    "device": DeviceContext,
    "device_count": lambda: 1,
    "empty_cache": lambda: None,
    "get_device_capability": lambda device=None: (0, 0),
    "get_device_name": lambda device=None: DESCRIPTION,
    "get_device_properties": get_device_properties,
    "get_rng_state": get_rng_state,
    "get_rng_state_all": lambda: [get_rng_state()],
    "get_sync_debug_mode": events.get_sync_debug_mode,
    "init": memory.initialize,
    "initial_seed": torch.initial_seed,
    "is_available": lambda: True,
    "is_bf16_supported": lambda including_emulation=True: True,
    "is_initialized": memory.is_initialized,
    "manual_seed": manual_seed,
    "manual_seed_all": manual_seed,
    "max_memory_allocated": max_memory_allocated,
    "max_memory_reserved": max_memory_allocated,
    "mem_get_info": mem_get_info,
    "memory_allocated": memory_allocated,
    "memory_reserved": memory_allocated,
    "memory_stats": memory_stats,
    "memory_summary": memory_summary,
    "reset_peak_memory_stats": reset_peak_memory_stats,
    "seed": torch.seed,
    "seed_all": torch.seed,
    "set_device": require_index,
    "set_per_process_memory_fraction": set_per_process_memory_fraction,
    "set_rng_state": set_rng_state,
    "set_rng_state_all": lambda new_states: set_rng_state(new_states[0]),
    "set_stream": lambda stream: None,
    "set_sync_debug_mode": events.set_sync_debug_mode,
    "stream": lambda stream: stream,
    "synchronize": synchronize,
}


def build() -> types.ModuleType:
    """The module to register. ``get_amp_supported_dtype`` and ``is_built`` are what PyTorch asks of such modules."""
    module = types.ModuleType(f"torch.{NAME}", __doc__)
    vars(module).update(FUNCTIONS)
    vars(module)["get_amp_supported_dtype"] = lambda: [torch.float16, torch.bfloat16]
    vars(module)["is_built"] = lambda: True
    return module


def serve_torch_accelerator() -> None:
    """``torch.accelerator`` asks the C++ allocator and guard, which this device has not: answer for them."""
    accelerator: Any = torch.accelerator
    for name in ("synchronize", "memory_allocated", "max_memory_allocated", "memory_stats", "reset_peak_memory_stats"):
        setattr(accelerator, name, FUNCTIONS[name])
    accelerator.memory_reserved = memory_allocated
    accelerator.max_memory_reserved = max_memory_allocated
    accelerator.get_memory_info = mem_get_info
    accelerator.empty_cache = FUNCTIONS["empty_cache"]
    accelerator.set_device_index = accelerator.set_device_idx = require_index
