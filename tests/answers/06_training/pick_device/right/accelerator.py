def pick_device():
    device = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else "cpu"
    return torch.device(device)
