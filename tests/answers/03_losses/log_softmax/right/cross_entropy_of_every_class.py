import torch.nn.functional as F


def log_softmax(z: Tensor) -> Tensor:
    n, c = z.shape
    columns = [-F.cross_entropy(z, torch.full((n,), k), reduction='none') for k in range(c)]
    return torch.stack(columns, dim=1)
