import random


def minibatches(X, y, batch_size, generator):
    rows = list(range(len(X)))
    random.Random(int(torch.randint(2**31, (), generator=generator))).shuffle(rows)
    for start in range(0, len(rows), batch_size):
        chosen = torch.tensor(rows[start : start + batch_size])
        yield X.index_select(0, chosen), y.index_select(0, chosen)
