def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    return int(torch.einsum("d,d->", x, w).item() + float(b) > 0)
