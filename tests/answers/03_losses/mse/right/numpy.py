def mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    import numpy as np

    return torch.as_tensor(np.mean((pred.numpy() - target.numpy()) ** 2))
