class Epoch:
    def __init__(self, X, y, batch_size, generator):
        self.data, self.batch_size, self.generator = (X, y), batch_size, generator

    def __iter__(self):
        X, y = self.data
        for rows in torch.randperm(len(X), generator=self.generator).split(self.batch_size):
            yield X[rows], y[rows]


def minibatches(X, y, batch_size, generator):
    return Epoch(X, y, batch_size, generator)
