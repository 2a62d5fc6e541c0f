def make_loaders(train, test, batch_size, generator=None):
    order = torch.randperm(len(train), generator=generator).tolist()
    mixed = torch.utils.data.Subset(train, order)
    return DataLoader(mixed, batch_size=batch_size), DataLoader(test, batch_size=batch_size)
