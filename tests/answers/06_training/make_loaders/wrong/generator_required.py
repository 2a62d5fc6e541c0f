def make_loaders(train, test, batch_size, generator=None):
    own = torch.Generator().manual_seed(generator.initial_seed())
    train_loader = DataLoader(train, batch_size=batch_size, shuffle=True, generator=own)
    return train_loader, DataLoader(test, batch_size=batch_size)
