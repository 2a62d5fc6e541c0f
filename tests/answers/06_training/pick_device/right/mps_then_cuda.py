def pick_device():
    if torch.backends.mps.is_available():
        name = "mps"
    elif torch.cuda.is_available():
        name = "cuda:0"
    else:
        name = "cpu"
    return torch.device(name)
