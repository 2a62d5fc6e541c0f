"""A simulated accelerator: a second PyTorch device, ``sim``, on a machine without one.

    device = accelerator.install()          # once a process; it cannot be undone
    with accelerator.record() as log:
        train(model.to(device), batches)
    print(log.synchronizations, [f"{event.file}:{event.line}" for event in log.events])

Tensors on ``sim`` are ordinary tensors with memory of their own. Every operator runs PyTorch's CPU kernel, so numbers
are the CPU's bit for bit; what differs is where data lies. Mixing devices, reading results on the host and moving data
behave, and fail, as CUDA documents it. ``record`` lists each transfer and each wait with the line that caused it, on
``sim`` and on a real accelerator alike.

What it is made of: PyTorch's PrivateUse1 dispatch key, which exists for devices outside PyTorch, used from Python
alone (torch 2.10 or newer). No compiler, nothing to build.

Known differences from CUDA: work is never asynchronous, so nothing is hidden by overlap; random numbers come from the
CPU's default generator, which makes runs equal to the CPU's; results lack the GPU's rounding; sparse and quantized
tensors, ``pin_memory=True`` in factories and ``torch.compile``'s inductor backend are missing; there is one device.

Rule of this layer: it imports torch and the standard library, nothing of ours.
"""

from autograder.accelerator.events import Event, Log
from autograder.accelerator.recording import record
from autograder.accelerator.registration import install, is_installed, prepare

__all__ = ["Event", "Log", "install", "is_installed", "prepare", "record"]
