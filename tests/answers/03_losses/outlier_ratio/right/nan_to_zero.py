def outlier_ratio(pred, target):
    e = (pred - target).double()
    return torch.nan_to_num(e.abs().max() ** 2 / e.square().sum()).item()
