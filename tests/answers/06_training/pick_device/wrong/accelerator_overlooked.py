def pick_device():
    return torch.device("cpu")
