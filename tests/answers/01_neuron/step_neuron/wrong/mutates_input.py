def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    x = x.float()
    x *= w
    return int(x.sum() + b > 0)
