def edge_kernel():
    kernel = torch.zeros(1, 1, 3, 3)
    kernel[..., 0] = -1
    kernel[..., 2] = 1
    return kernel
