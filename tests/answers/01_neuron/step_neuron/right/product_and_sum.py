def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    z = (x * w).sum() + b
    if z > 0:
        return 1
    return 0
