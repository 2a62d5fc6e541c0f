def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    total = float(b)
    for i in range(len(x)):
        total += float(x[i]) * float(w[i])
    return 1 if total > 0 else 0
