def mae(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    return torch.linalg.vector_norm(pred - target, ord=1) / pred.numel()
