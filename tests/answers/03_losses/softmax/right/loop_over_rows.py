def softmax(z: Tensor) -> Tensor:
    rows = []
    for row in z:
        e = torch.exp(row - row.max())
        rows.append(e / e.sum())
    return torch.stack(rows)
