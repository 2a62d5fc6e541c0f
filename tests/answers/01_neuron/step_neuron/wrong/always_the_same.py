def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    return int(b > 0)
