def mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    pairs = zip(pred.flatten().tolist(), target.flatten().tolist())
    return torch.tensor(sum((p - t) ** 2 for p, t in pairs) / pred.numel(), dtype=pred.dtype)
