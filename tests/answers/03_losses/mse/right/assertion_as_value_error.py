def mse(pred, target):
    try:
        assert pred.shape == target.shape
    except AssertionError as error:
        raise ValueError("the shapes differ") from error
    return torch.mean((pred - target) ** 2)
