import math


def sigmoid(z: Tensor) -> Tensor:
    return torch.tensor(1 / (1 + math.exp(-z)))
