def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    return int(x.sum() + b > 0)
