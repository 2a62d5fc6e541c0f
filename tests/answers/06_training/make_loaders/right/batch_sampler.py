def make_loaders(train, test, batch_size, generator=None):
    from torch.utils.data import BatchSampler, RandomSampler

    batches = BatchSampler(RandomSampler(train, generator=generator), batch_size, drop_last=False)
    return DataLoader(train, batch_sampler=batches), DataLoader(test, batch_size=batch_size)
