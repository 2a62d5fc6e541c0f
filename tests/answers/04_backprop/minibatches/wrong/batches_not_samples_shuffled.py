def minibatches(X, y, batch_size, generator):
    blocks = torch.arange(len(X)).split(batch_size)
    for number in torch.randperm(len(blocks), generator=generator).tolist():
        rows = blocks[number][torch.randperm(len(blocks[number]), generator=generator)]
        yield X[rows], y[rows]
