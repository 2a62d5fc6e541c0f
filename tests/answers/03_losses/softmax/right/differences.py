def softmax(z: Tensor) -> Tensor:
    return 1 / torch.exp(z[:, None, :] - z[:, :, None]).sum(dim=2)
