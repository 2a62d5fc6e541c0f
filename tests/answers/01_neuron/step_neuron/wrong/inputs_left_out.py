def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    return int(sum(x[i] * w[i] for i in range(min(2, len(x)))) + b > 0)
