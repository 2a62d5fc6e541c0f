def make_loaders(train, test, batch_size, generator=None):
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(test, batch_size=batch_size)
