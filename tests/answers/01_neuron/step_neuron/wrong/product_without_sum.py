def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    if w * x + b > 0:
        return 1
    return 0
