def make_loaders(train, test, batch_size, generator=None):
    from torch.utils.data import RandomSampler, SequentialSampler

    return (
        DataLoader(train, batch_size, sampler=RandomSampler(train, generator=generator)),
        DataLoader(test, batch_size, sampler=SequentialSampler(test)),
    )
