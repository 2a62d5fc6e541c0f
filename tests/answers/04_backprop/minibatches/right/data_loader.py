from torch.utils.data import DataLoader, TensorDataset


def minibatches(X, y, batch_size, generator):
    return DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=True, generator=generator)
