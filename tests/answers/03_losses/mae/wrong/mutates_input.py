def mae(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError("the shapes differ")
    return pred.sub_(target).abs_().mean()
