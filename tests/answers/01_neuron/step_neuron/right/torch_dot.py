def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    return 1 if torch.dot(x, w) + b > 0 else 0
