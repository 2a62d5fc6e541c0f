def softmax(z):
    rows = []
    for row in z:
        e = (row - row.max()).exp()
        rows.append(e / e.sum())
    return torch.stack(rows)
