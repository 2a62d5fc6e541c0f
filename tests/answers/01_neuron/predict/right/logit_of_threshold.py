import math


def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    return (X @ w + b > math.log(threshold / (1 - threshold))).long()
