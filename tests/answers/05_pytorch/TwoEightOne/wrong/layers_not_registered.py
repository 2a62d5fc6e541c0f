class TwoEightOne(nn.Module):
    def __init__(self):
        super().__init__()
        pass

    def forward(self, X):
        return nn.Linear(8, 1)(torch.relu(nn.Linear(2, 8)(X))).squeeze(1)
