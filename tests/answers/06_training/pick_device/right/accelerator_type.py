def pick_device():
    acc = torch.accelerator
    if not acc.is_available():
        return torch.device("cpu")
    return torch.device(acc.current_accelerator().type, acc.current_device_index())
