def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    total = 0.0
    for x_i, w_i in zip(x, w):
        total += x_i * w_i + b
    return int(total > 0)
