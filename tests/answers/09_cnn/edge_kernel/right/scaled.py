def edge_kernel():
    return torch.tensor([-1.0, 0.0, 1.0]).expand(3, 3).clone().reshape(1, 1, 3, 3) / 3
