def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    return w @ x + b > 0
