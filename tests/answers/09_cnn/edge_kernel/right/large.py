def edge_kernel():
    return 1000 * torch.tensor([-1.0, 0.0, 1.0]).repeat(1, 1, 3, 1)
