def make_loaders(train, test, batch_size, generator=None):
    pin = torch.cuda.is_available()
    loaders = [
        DataLoader(train, batch_size, shuffle=True, generator=generator, pin_memory=pin),
        DataLoader(test, batch_size, pin_memory=pin),
    ]
    return tuple(loaders)
