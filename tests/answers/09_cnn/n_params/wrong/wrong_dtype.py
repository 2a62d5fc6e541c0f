def n_params(model):
    return torch.tensor([p.numel() for p in model.parameters()]).sum()
