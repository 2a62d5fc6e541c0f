def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    x *= w
    return int(x.sum() + b > 0)
