def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    return 1 if w @ x + b > 0 else -1
