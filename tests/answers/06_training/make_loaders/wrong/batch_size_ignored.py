def make_loaders(train, test, batch_size, generator=None):
    return DataLoader(train, batch_size=8, shuffle=True, generator=generator), DataLoader(test, batch_size=8)
