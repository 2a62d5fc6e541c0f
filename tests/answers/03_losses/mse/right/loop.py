def mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    total = torch.zeros((), dtype=pred.dtype)
    for p, t in zip(pred.flatten(), target.flatten()):
        total = total + (p - t) ** 2
    return total / pred.numel()
