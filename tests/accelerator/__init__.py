"""What CUDA documents about devices, as tests.

``pytest tests/accelerator`` runs them on the simulated device, ``DEVICE=cuda`` (mps, xpu) on a real one. They are
collected only when asked for by path: registering the simulated device cannot be undone, so they need a process of
their own, which ``tests/test_accelerator.py`` gives them.
"""
