def pick_device():
    try:
        return torch.ones(1, device="cuda").device
    except (RuntimeError, AssertionError):
        return torch.device("cpu")
