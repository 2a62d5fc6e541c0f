def sigmoid(z: Tensor) -> Tensor:
    return torch.nn.functional.logsigmoid(z.float()).exp()
