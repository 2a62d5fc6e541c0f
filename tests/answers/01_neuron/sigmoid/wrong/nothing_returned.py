def sigmoid(z: Tensor) -> Tensor:
    print(1 / (1 + torch.exp(-z)))
