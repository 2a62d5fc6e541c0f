def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    z = torch.inner(x.double(), w.double()) + b
    return int(bool(z > 0))
