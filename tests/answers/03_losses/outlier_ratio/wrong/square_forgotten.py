def outlier_ratio(pred, target):
    sizes = (pred - target).abs()
    return (sizes.max() / sizes.sum()).item() if sizes.any() else 0.0
