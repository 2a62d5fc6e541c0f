def make_loaders(train, test, batch_size, generator=None):
    options = dict(batch_size=batch_size, num_workers=0, drop_last=False)
    return DataLoader(train, shuffle=True, generator=generator, **options), DataLoader(test, shuffle=False, **options)
