def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    return int(sum(p * q for p, q in zip(x.tolist(), w.tolist())) + float(b) > 0.0)
