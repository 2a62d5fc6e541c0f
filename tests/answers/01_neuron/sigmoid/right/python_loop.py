import math


def one(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    return math.exp(value) / (1 + math.exp(value))


def sigmoid(z):
    return torch.tensor([one(v) for v in z.flatten().tolist()]).reshape(z.shape)
