import numpy as np


def sigmoid(z: Tensor) -> Tensor:
    z = z.detach().numpy()
    return torch.as_tensor(np.exp(-np.logaddexp(0.0, -z)))
