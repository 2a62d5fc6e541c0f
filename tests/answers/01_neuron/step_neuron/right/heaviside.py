def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    z = torch.as_tensor(x @ w + b)
    return torch.heaviside(z, torch.zeros_like(z)).int().item()
