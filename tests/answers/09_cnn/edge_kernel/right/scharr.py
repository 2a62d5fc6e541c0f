def edge_kernel():
    return torch.tensor([[[[-3.0, 0.0, 3.0], [-10.0, 0.0, 10.0], [-3.0, 0.0, 3.0]]]])
