import math


def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    z = X @ w + b
    return torch.tensor([1 / (1 + math.exp(-z))])
