def edge_kernel():
    return torch.tensor([[[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])
